package xcpng_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m, os.Stderr)) }

const lab = "bioxen_xcpng_host.lab"

// hostOf is a pool's resource with attributes in place of, or beside, its own.
func hostOf(s *xapitest.Server, attributes string) string {
	own := map[string]string{
		"name": `"lab"`, "url": fmt.Sprintf("%q", s.URL()), "username": `"root"`,
		"password_wo": fmt.Sprintf("%q", xapitest.Password), "password_wo_version": "1",
		"pins": fmt.Sprintf("[%q]", s.Fingerprint(0)),
	}
	text := "resource \"bioxen_xcpng_host\" \"lab\" {\n"
	for name, value := range own {
		if !regexp.MustCompile(`(?m)^\s*` + name + `\s*=`).MatchString(attributes) {
			text += "  " + name + " = " + value + "\n"
		}
	}
	return text + attributes + "\n}\n"
}

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(lab, action)}}
}

func TestHostLifecycle(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	env := acctest.New(t)
	kept := func(want string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			h, err := env.Client(t).KeptHost(t.Context(), "lab")
			if err != nil || h.Password != want {
				return fmt.Errorf("the data directory keeps %v with password %q, %w; want %q", h, h.Password, err, want)
			}
			return nil
		}
	}
	var poolUUID string
	env.Run(
		t,
		resource.TestStep{
			Config:           env.Config(hostOf(s, `template = "`+xapitest.TemplateDebian+`"`)),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(lab, "id", "lab"),
				resource.TestCheckResourceAttr(lab, "master", "xcp-ng-1"),
				resource.TestCheckResourceAttr(lab, "hosts.#", "2"),
				resource.TestCheckResourceAttr(lab, "hosts.1", "xcp-ng-2"),
				resource.TestCheckResourceAttr(lab, "product", "XCP-ng"),
				resource.TestCheckResourceAttr(lab, "version", "8.3.0"),
				resource.TestCheckResourceAttr(lab, "cpus", "32"),
				resource.TestCheckResourceAttr(lab, "memory_total_mib", "65536"),
				resource.TestCheckNoResourceAttr(lab, "password_wo"),
				resource.TestCheckResourceAttrWith(lab, "pool_uuid", func(v string) error { poolUUID = v; return nil }),
				kept(xapitest.Password),
			),
		},
		resource.TestStep{ResourceName: lab, ImportState: true, ImportStateId: "lab", ImportStateVerify: true},
		resource.TestStep{
			ResourceName: lab, ImportState: true, ImportStateIdFunc: func(*terraform.State) (string, error) { return poolUUID, nil },
			ImportStateVerify: true,
		},
		// A wrong password that nobody asks to be set changes nothing.
		resource.TestStep{
			Config:           env.Config(hostOf(s, `password_wo = "wrong"`+"\n"+`network = "`+xapitest.NetworkName+`"`)),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            resource.ComposeAggregateTestCheckFunc(kept(xapitest.Password), resource.TestCheckNoResourceAttr(lab, "template")),
		},
		resource.TestStep{
			Config:      env.Config(hostOf(s, "password_wo = \"wrong\"\npassword_wo_version = 2")),
			ExpectError: regexp.MustCompile(`(?s)The pool cannot be used.*username.*SESSION_AUTHENTICATION_FAILED`),
		},
		resource.TestStep{
			Config:           env.Config(hostOf(s, `password_wo_version = 2`)),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            kept(xapitest.Password),
		},
		// Forgotten by another program: a new one is planned.
		resource.TestStep{
			PreConfig: func() {
				if err := env.Client(t).DeleteHost(t.Context(), "lab"); err != nil {
					t.Error(err)
				}
			},
			Config:           env.Config(hostOf(s, `password_wo_version = 2`)),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
		},
		resource.TestStep{
			Config:           env.Config(hostOf(s, `name = "other"`)),
			ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
			Check:            resource.TestCheckResourceAttr(lab, "id", "other"),
		},
	)
	names, err := env.Client(t).HostNames(t.Context())
	if err != nil || len(names) > 0 {
		t.Errorf("after destroy the data directory keeps %q, %v; want none", names, err)
	}
}

// What is wrong with a pool is said when it is planned, at the attribute.
func TestHostIsCheckedWhenPlanned(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	tests := map[string]struct{ attributes, message string }{
		"template":     {`template = "debian-13"`, `(?s)The pool cannot be used.*template = "debian-13".*no\s+template\s+of\s+that\s+name.*it\s+has.*"debian-12-cloud"`},
		"network":      {`network = "none"`, `(?s)network = "none".*no\s+network\s+of\s+that\s+name`},
		"sr":           {`sr = "none"`, `(?s)sr = "none".*no\s+storage\s+repository\s+of\s+that\s+name`},
		"two srs":      {`sr = "` + xapitest.LocalSRName + `"`, `(?s)sr = .*2\s+have\s+that\s+name.*UUID`},
		"iso":          {`sr = "` + xapitest.ISOSRName + `"`, `(?s)sr = .*images\s+of\s+CDs`},
		"no system":    {`template = "` + xapitest.TemplateDefault + `"`, `(?s)template = .*no\s+disk`},
		"password":     {`password_wo = "wrong"`, `(?s)username = "root".*log\s+in`},
		"user":         {`username = "nobody"`, `(?s)username = "nobody".*SESSION_AUTHENTICATION_FAILED`},
		"certificate":  {`pins = ["` + strings.Repeat("0", 64) + `"]`, `(?s)pins = .*certificate.*not\s+trusted.*openssl`},
		"authority":    {"pins = null", `(?s)url = .*certificate.*not\s+trusted.*pins`},
		"pin":          {`pins = ["00"]`, `(?s)pins.*64 hexadecimal`},
		"plain":        {`url = "http://pool"`, `(?s)url = "http://pool".*must be https`},
		"name":         {`name = "a b"`, `(?s)name = "a b".*1 to 63`},
		"no password":  {"password_wo = null\npassword_wo_version = null", `(?s)There is no password for the pool.*BIOXEN_XCPNG_HOST=lab`},
		"no version":   {"password_wo_version = null", `(?s)password_wo_version`},
		"only version": {"password_wo = null", `(?s)password_wo`},
		"both trusts":  {`ca_cert_pem = "x"`, `(?s)ca_cert_pem.*pins`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(hostOf(s, test.attributes)), PlanOnly: true, ExpectError: regexp.MustCompile(test.message)})
		})
	}
}

// A pool that does not answer, and what is not known yet, is no error in a plan.
func TestHostNotReachedWhenPlanned(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	env := acctest.New(t)
	env.Run(
		t,
		resource.TestStep{Config: env.Config(hostOf(s, `url = "https://127.0.0.1:1"`)), PlanOnly: true, ExpectNonEmptyPlan: true},
		resource.TestStep{Config: env.Config(hostOf(s, `url = "https://127.0.0.1:1"`)), ExpectError: regexp.MustCompile(`(?s)url = .*refused`)},
		resource.TestStep{Config: env.Config("resource \"terraform_data\" \"t\" {\n  input = \"" + xapitest.TemplateDebian + "\"\n}\n" + hostOf(s, `template = terraform_data.t.output`))},
		// What is there is there, whether the pool answers or not.
		resource.TestStep{PreConfig: func() { s.Kill(0) }, RefreshState: true, Check: resource.TestCheckResourceAttr(lab, "master", "xcp-ng-1")},
	)
}

// Credentials may come from the provider's block or the environment instead.
func TestHostOfTheProvider(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	env := acctest.New(t)
	block := func(hosts string) string {
		return fmt.Sprintf("provider \"bioxen\" {\n  data_dir = %q\n  xcpng = {\n%s\n  }\n}\n", filepath.ToSlash(env.Dir), hosts)
	}
	const bare = "password_wo = null\npassword_wo_version = null"
	env.Run(
		t,
		resource.TestStep{
			Config:      block(`lab = { url = "https://elsewhere", username = "u", password = "p" }`) + hostOf(s, ""),
			ExpectError: regexp.MustCompile(`(?s)another address.*https://elsewhere`),
		},
		resource.TestStep{
			Config: block(fmt.Sprintf(`lab = { password = %q }`, xapitest.Password)) + hostOf(s, bare),
			Check: func(*terraform.State) error {
				h, err := env.Client(t).KeptHost(t.Context(), "lab")
				if err == nil && h.Password != "" {
					err = fmt.Errorf("the data directory keeps the password of the provider's block")
				}
				return err
			},
		},
		resource.TestStep{ResourceName: lab, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: "lab"},
		resource.TestStep{Config: block(`lab = { url = "http://x" }`) + hostOf(s, bare), ExpectError: regexp.MustCompile(`(?s)must be https`)},
		resource.TestStep{Config: block(`lab = { pins = ["`+strings.Repeat("0", 64)+`"], ca_cert_pem = "x" }`) + hostOf(s, bare), ExpectError: regexp.MustCompile(`(?s)Either authorities or fingerprints`)},
		resource.TestStep{Config: block(fmt.Sprintf(`lab = { password = %q }`, xapitest.Password)) + hostOf(s, bare)},
	)
}

// A name that is taken by another pool is not taken over; one that a process
// left behind that died before it could say so is.
func TestHostNameIsTaken(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	env := acctest.New(t)
	keep := func(h biovm.XCPngHost) func() {
		return func() {
			if err := env.Client(t).PutHost(t.Context(), h); err != nil {
				t.Error(err)
			}
		}
	}
	env.Run(
		t,
		resource.TestStep{
			PreConfig:   keep(biovm.XCPngHost{Name: "lab", URL: "https://elsewhere", Username: "root", Password: "p"}),
			Config:      env.Config(hostOf(s, "")),
			ExpectError: regexp.MustCompile(`(?s)name = "lab".*already\s+exists.*terraform\s+import`),
		},
		resource.TestStep{
			PreConfig: keep(biovm.XCPngHost{Name: "lab", URL: s.URL(), Username: "root", Password: "old", Pins: []string{s.Fingerprint(0)}}),
			Config:    env.Config(hostOf(s, "")),
		},
	)
}

// When the key file is lost, a new version of the password is the way out.
func TestLostKeyFile(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	env := acctest.New(t)
	env.Run(
		t,
		resource.TestStep{Config: env.Config(hostOf(s, ""))},
		resource.TestStep{
			PreConfig: func() {
				if err := os.Remove(filepath.Join(env.Dir, "secret.key")); err != nil {
					t.Error(err)
				}
			},
			Config:      env.Config(hostOf(s, `template = "`+xapitest.TemplateDebian+`"`)),
			ExpectError: regexp.MustCompile(`(?s)The password cannot be read.*password_wo_version.*host\s+"lab"`),
		},
		resource.TestStep{Config: env.Config(hostOf(s, `password_wo_version = 2`))},
	)
}
