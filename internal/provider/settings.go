package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// settings are the provider's block.
type settings struct {
	DataDir   types.String `tfsdk:"data_dir"`
	Endpoint  types.String `tfsdk:"endpoint"`
	Token     types.String `tfsdk:"token"`
	CACertPEM types.String `tfsdk:"ca_cert_pem"`
	Pins      types.List   `tfsdk:"pins"`
	XCPng     types.Map    `tfsdk:"xcpng"`
}

// placed reports whether it is known where VMs live.
func (s settings) placed() bool {
	for _, v := range append([]attr.Value{s.DataDir, s.Endpoint, s.Token, s.CACertPEM, s.Pins}, s.Pins.Elements()...) {
		if v.IsUnknown() {
			return false
		}
	}
	return true
}

type hostSettings struct {
	URL       types.String `tfsdk:"url"`
	Username  types.String `tfsdk:"username"`
	Password  types.String `tfsdk:"password"`
	CACertPEM types.String `tfsdk:"ca_cert_pem"`
	Pins      types.List   `tfsdk:"pins"`
}

func settingsAttributes() map[string]schema.Attribute {
	named := slices.Clip([]validator.String{stringvalidator.LengthAtLeast(1)})
	return map[string]schema.Attribute{
		"endpoint": schema.StringAttribute{
			Optional:   true,
			Validators: append(named, stringvalidator.ConflictsWith(path.MatchRoot("data_dir"), path.MatchRoot("xcpng"))),
			MarkdownDescription: "A daemon that holds the VMs in place of a data directory, such as `bioxen serve`: `https://host:port`, which takes a `token`, or `unix:///path` for a socket on this machine. " +
				"Its VMs are of `vm_type = \"basic\"`. Default: the environment variable `BIOXEN_ENDPOINT`, unless `data_dir` or `xcpng` is said.",
		},
		"token": schema.StringAttribute{
			Optional: true, Sensitive: true, Validators: named,
			MarkdownDescription: "What the daemon knows its callers by; `bioxen token` makes one. A variable that it comes from should be `ephemeral`. Default: the environment variable `BIOXEN_TOKEN`.",
		},
		"ca_cert_pem": schema.StringAttribute{
			Optional: true, Validators: append(named, stringvalidator.ConflictsWith(path.MatchRoot("pins"))),
			MarkdownDescription: "Certificates of the authorities to trust for the daemon, in PEM form. Default: those in the file that `BIOXEN_CA_CERT` names, or the system's, unless there are `pins`.",
		},
		"pins": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "SHA-256 fingerprints of the daemon's certificate to trust for what it is, in hexadecimal digits, with or without colons. Default: `BIOXEN_PINS`, with commas between them.",
		},
		"data_dir": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Directory that holds the VMs, made when it is missing. Several processes may use it at once. " +
				"Default: the environment variable `BIOXEN_DATA_DIR`, and without it the user's state directory: " +
				"`$XDG_STATE_HOME/bioxen` or `~/.local/state/bioxen`, on macOS `~/Library/Application Support/bioxen`, " +
				"on Windows `%LOCALAPPDATA%\\bioxen`.",
		},
		"xcpng": schema.MapNestedAttribute{
			Optional: true,
			MarkdownDescription: "Pools of XCP-ng hosts that VMs of `vm_type = \"xcpng\"` can be made on, by the name that `xcpng.host` of a `bioxen_vm` calls them. " +
				"What is left out is taken from the environment: `BIOXEN_XCPNG_URL`, `_USERNAME`, `_PASSWORD`, `_CA` (a file, or the certificates themselves) and `_PINS` (with commas between them) " +
				"belong to the pool named by `BIOXEN_XCPNG_HOST`, by default `default`; and then from the `bioxen_xcpng_host` of the name. None is talked to before it is needed.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"url": schema.StringAttribute{
					Optional: true, Validators: named,
					MarkdownDescription: "Address of a member of the pool, `https://host` or `https://host:port`. Any will do.",
				},
				"username": schema.StringAttribute{Optional: true, Validators: named, MarkdownDescription: "Who logs in, such as `root`."},
				"password": schema.StringAttribute{
					Optional: true, Sensitive: true, Validators: named,
					MarkdownDescription: "Password of the user. It is neither in the state nor in a plan; a variable that it comes from should be `ephemeral`, since Terraform writes others into saved plans.",
				},
				"ca_cert_pem": schema.StringAttribute{
					Optional: true, Validators: named,
					MarkdownDescription: "Certificates of the authorities to trust, in PEM form. Default: the system's, unless there are `pins`.",
				},
				"pins": schema.ListAttribute{
					Optional: true, ElementType: types.StringType,
					MarkdownDescription: "SHA-256 fingerprints of members' certificates to trust for what they are, in hexadecimal digits, with or without colons. One member's is enough. Either this or `ca_cert_pem`.",
				},
			}},
		},
	}
}

// known are settings as far as they are known, the environment's filled in.
type known struct {
	options bioxen.Options
	// Of hosts that are not known the configuration says something that only an
	// apply will tell; anyHost: so it may be with any.
	unknownHosts []string
	anyHost      bool
}

// resolve reads the environment where the configuration says nothing.
func (s settings) resolve(ctx context.Context, diags *diag.Diagnostics) known {
	k := known{options: s.place(diags), anyHost: s.XCPng.IsUnknown()}
	if k.options.Endpoint != "" {
		return k // a daemon has no pools, and what the environment says of them is for others
	}
	env, found, err := bioxen.HostFromEnv(os.Getenv)
	if err != nil {
		diags.AddError("The environment names a pool that cannot be used", err.Error())
	}
	blocks := map[string]hostSettings{}
	if !s.XCPng.IsNull() && !s.XCPng.IsUnknown() {
		diags.Append(s.XCPng.ElementsAs(ctx, &blocks, false)...)
	}
	for name, block := range blocks {
		h, ok := block.host(name)
		if !ok {
			k.unknownHosts = append(k.unknownHosts, name)
			continue
		}
		if found && env.Name == name {
			h, found = under(h, env), false
		}
		checkHost(h, diags)
		k.options.XCPng = append(k.options.XCPng, h)
	}
	if found {
		k.options.XCPng = append(k.options.XCPng, env)
	}
	if executable, err := os.Executable(); err == nil {
		k.options.XCPngAgent = bioxen.AgentFromEnv(os.Getenv, executable)
	}
	return k
}

// place says where VMs live. What the configuration says goes before all of the
// environment.
func (s settings) place(diags *diag.Diagnostics) bioxen.Options {
	o := bioxen.Options{DataDir: s.DataDir.ValueString(), Endpoint: s.Endpoint.ValueString(), Token: s.Token.ValueString()}
	if s.CACertPEM.ValueString() != "" {
		o.CACertPEM = []byte(s.CACertPEM.ValueString())
	}
	for _, v := range s.Pins.Elements() {
		if pin, ok := v.(types.String); ok {
			o.Pins = append(o.Pins, pin.ValueString())
		}
	}
	if !s.placed() {
		return o // nothing is opened
	}
	filled, err := o.WithEnv(func(name string) string {
		if name == bioxen.EnvEndpoint && !s.XCPng.IsNull() {
			return "" // pools are a data directory's
		}
		return os.Getenv(name)
	})
	switch {
	case errors.Is(err, bioxen.ErrTwoPlaces):
		diags.AddError("The environment says two places", err.Error()+". Unset one, or say endpoint or data_dir in the provider's block.")
	case err != nil:
		diags.AddError("The environment names authorities that cannot be read", err.Error()+".")
	}
	return filled
}

// host is the block's; ok is false as long as part of it is not known.
func (b hostSettings) host(name string) (h biovm.XCPngHost, ok bool) {
	h = biovm.XCPngHost{
		Name: name, URL: b.URL.ValueString(), Username: b.Username.ValueString(), Password: b.Password.ValueString(),
		CACertPEM: b.CACertPEM.ValueString(),
	}
	ok = !b.URL.IsUnknown() && !b.Username.IsUnknown() && !b.Password.IsUnknown() && !b.CACertPEM.IsUnknown() && !b.Pins.IsUnknown()
	for _, v := range b.Pins.Elements() {
		s, isString := v.(types.String)
		ok = ok && isString && !s.IsUnknown()
		h.Pins = append(h.Pins, s.ValueString())
	}
	return h, ok
}

// under fills in what h leaves out. Trust comes from one place: either both of
// its forms or neither.
func under(h, env biovm.XCPngHost) biovm.XCPngHost {
	if h.URL == "" {
		h.URL = env.URL
	}
	if h.Username == "" {
		h.Username = env.Username
	}
	if h.Password == "" {
		h.Password = env.Password
	}
	if h.CACertPEM == "" && h.Pins == nil {
		h.CACertPEM, h.Pins = env.CACertPEM, env.Pins
	}
	return h
}

// checkHost reports what is wrong with what is there of a pool; what is missing
// may be elsewhere.
func checkHost(h biovm.XCPngHost, diags *diag.Diagnostics) {
	at := path.Root("xcpng").AtMapKey(h.Name)
	complete := h
	if complete.URL == "" {
		complete.URL = "https://unknown"
	}
	if complete.Username == "" {
		complete.Username = "unknown"
	}
	for _, e := range biovm.FieldErrors(complete.Validate()) {
		where := at
		if step := diagnose.AttributePath(e); e.Path != "name" && len(step.Steps()) > 0 {
			where = at.AtName(step.Steps()[0].String())
		}
		diags.AddAttributeError(where, "The pool cannot be used", e.Error())
	}
	if h.CACertPEM != "" && len(h.Pins) > 0 {
		diags.AddAttributeError(at.AtName("pins"), "Either authorities or fingerprints",
			fmt.Sprintf("Pool %q has both ca_cert_pem and pins, and a certificate that is pinned needs no authority. Leave one out.", h.Name))
	}
}
