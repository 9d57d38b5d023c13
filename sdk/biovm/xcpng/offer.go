package xcpng

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// An offer is what a pool has for new machines, in one reading of it.
type offer struct {
	ref       xapi.PoolRef
	pool      xapi.Pool
	templates []xapi.TemplateFacts
	networks  map[xapi.NetworkRef]xapi.Network
	srs       map[xapi.SRRef]xapi.SR
	pbds      map[xapi.PBDRef]xapi.PBD
	members   []xapi.HostFacts
}

func (p *pool) readOffer(ctx context.Context) (o offer, err error) {
	c, err := p.session(ctx)
	if err != nil {
		return offer{}, err
	}
	defer func() { err = explain(p.name, err) }()
	if o.ref, o.pool, err = c.Pool(ctx); err != nil {
		return offer{}, err
	}
	if o.templates, err = c.Templates(ctx); err != nil {
		return offer{}, err
	}
	if o.networks, err = c.Networks(ctx); err != nil {
		return offer{}, err
	}
	if o.srs, err = c.SRs(ctx); err != nil {
		return offer{}, err
	}
	if o.pbds, err = c.PBDs(ctx); err != nil {
		return offer{}, err
	}
	o.members, err = c.HostFacts(ctx)
	return o, err
}

// A site is where a machine is to be made and of what: what a spec's names mean
// in the pool.
type site struct {
	template xapi.TemplateFacts
	sr       xapi.SRRef
	network  xapi.NetworkRef
	member   xapi.HostRef
	memberID string // the member's UUID
}

// resolve finds what the spec names, and says everything that is wrong with it
// at once.
func (o *offer) resolve(x biovm.XCPngSpec) (site, error) {
	var s site
	errs := problems{}
	s.template = errs.template(o, x.Template)
	s.sr, s.network = errs.sr(o, x.SR), errs.network(o, x.Network)
	if x.Network == "" && s.template.Ref != "" && s.template.Interfaces == 0 {
		errs.add("network", nil, fmt.Sprintf("template %q has no network interface: name a network", s.template.Template.NameLabel))
	}
	if x.Placement != "" {
		members := map[xapi.HostRef]xapi.HostFacts{}
		for _, m := range o.members {
			members[m.Ref] = m
		}
		s.member, s.memberID = pick(&errs, "placement", "member", x.Placement, named(members, func(m xapi.HostFacts) (string, string) { return m.UUID, m.Name }))
	}
	return s, errs.join()
}

// offers reports which of the things that VMs on the pool get that name none it
// does not have, or cannot give them.
func (o *offer) offers(x biovm.XCPngSpec) error {
	errs := problems{}
	if x.Template != "" {
		errs.template(o, x.Template)
	}
	errs.sr(o, x.SR)
	errs.network(o, x.Network)
	return errs.join()
}

// sr finds the storage repository; the empty reference means none.
func (p *problems) sr(o *offer, ref string) xapi.SRRef {
	if ref == "" {
		return ""
	}
	found, _ := pick(p, "sr", "storage repository", ref, named(o.srs, func(r xapi.SR) (string, string) { return r.UUID, r.NameLabel }))
	if sr, ok := o.srs[found]; ok && sr.ContentType == "iso" {
		p.add("sr", ref, "holds images of CDs: name one for disks")
	}
	return found
}

// network finds the network; the empty reference means none.
func (p *problems) network(o *offer, ref string) xapi.NetworkRef {
	if ref == "" {
		return ""
	}
	found, _ := pick(p, "network", "network", ref, named(o.networks, func(n xapi.Network) (string, string) { return n.UUID, n.NameLabel }))
	return found
}

// template finds the template, and what stands against it for sure. What is only
// not known of it, its guest has to show.
func (p *problems) template(o *offer, ref string) xapi.TemplateFacts {
	if ref == "" {
		p.add("template", nil, "name the template to clone, or set a default one")
		return xapi.TemplateFacts{}
	}
	all := map[xapi.VMRef]xapi.TemplateFacts{}
	for _, t := range o.templates {
		all[t.Ref] = t
	}
	found, _ := pick(p, "template", "template", ref, named(all, func(t xapi.TemplateFacts) (string, string) { return t.Template.UUID, t.Template.NameLabel }))
	t, ok := all[found]
	if !ok {
		return xapi.TemplateFacts{}
	}
	switch {
	case t.DescribedDisks || t.Disks == 0:
		p.add("template", ref, "has no disk with a system on it: name one that a system with cloud-init is installed in")
	case !t.Bootable:
		p.add("template", ref, "has no disk that boots")
	}
	return t
}

// A candidate is something of the pool that a spec may name.
type candidate[R ~string] struct {
	ref        R
	uuid, name string
}

func named[R ~string, T any](all map[R]T, of func(T) (uuid, name string)) []candidate[R] {
	out := make([]candidate[R], 0, len(all))
	for ref, v := range all {
		uuid, name := of(v)
		out = append(out, candidate[R]{ref, uuid, name})
	}
	slices.SortFunc(out, func(a, b candidate[R]) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.uuid, b.uuid))
	})
	return out
}

// pick finds the one candidate that a name or UUID means, and its UUID.
func pick[R ~string](p *problems, field, noun, ref string, all []candidate[R]) (R, string) {
	var found []candidate[R]
	names := map[string]bool{}
	for _, c := range all {
		if c.uuid == ref {
			return c.ref, c.uuid
		}
		if c.name == ref {
			found = append(found, c)
		}
		names[c.name] = true
	}
	switch len(found) {
	case 0:
		p.add(field, ref, fmt.Sprintf("the pool has no %s of that name or UUID; it has %s", noun, list(slices.Sorted(maps.Keys(names)))))
		return "", ""
	case 1:
		return found[0].ref, found[0].uuid
	}
	var uuids []string
	for _, c := range found {
		uuids = append(uuids, c.uuid)
	}
	p.add(field, ref, fmt.Sprintf("%d have that name: use the UUID of the %s, %s", len(found), noun, strings.Join(uuids, " or ")))
	return "", ""
}

// list names things, not without end.
func list(names []string) string {
	const most = 20
	if len(names) == 0 {
		return "none"
	}
	more := ""
	if n := len(names) - most; n > 0 {
		names, more = names[:most], fmt.Sprintf(" and %d more", n)
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(quoted, ", ") + more
}
