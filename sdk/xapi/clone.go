package xapi

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// CloneSpec says what VM to make of a template.
type CloneSpec struct {
	Template VMRef
	// Name and Description label the new VM.
	Name, Description string
	// SR is where its disks go: a full copy when the template's are
	// elsewhere. Null means beside the template's, as a quick clone, and for
	// a template that describes its disks instead of having them, the pool's
	// default SR.
	SR SRRef
	// OtherConfig is stamped on the VM before anything else happens to it, so
	// that whoever finds it knows whose it is.
	OtherConfig map[string]string
}

// CloneFromTemplate makes a VM of a template or of a halted VM, and waits for
// it: cloned or copied, stamped, provisioned and no template itself. On error
// nothing of it is left.
func (c *Client) CloneFromTemplate(ctx context.Context, spec CloneSpec) (ref VMRef, err error) {
	leave, err := c.gate.enter(ctx, "VM.clone")
	if err != nil {
		return "", err
	}
	defer leave()
	template, err := c.VM(ctx, spec.Template)
	if err != nil {
		return "", err
	}
	working := workingName(spec.Name)
	defer func() {
		if err != nil {
			err = errors.Join(err, c.unwindVM(ctx, ref, working))
			ref = ""
		}
	}()
	if ref, err = c.cloneOrCopy(ctx, spec, template, working); err != nil {
		return ref, err
	}
	for _, key := range slices.Sorted(maps.Keys(spec.OtherConfig)) {
		if err := c.PutOtherConfig(ctx, ref, key, spec.OtherConfig[key]); err != nil {
			return ref, err
		}
	}
	if err := c.provision(ctx, ref, spec.SR); err != nil {
		return ref, err
	}
	if err := c.SetVMDescription(ctx, ref, spec.Description); err != nil {
		return ref, err
	}
	return ref, c.SetVMName(ctx, ref, spec.Name)
}

func (c *Client) cloneOrCopy(ctx context.Context, spec CloneSpec, template VM, name string) (VMRef, error) {
	elsewhere, err := c.disksElsewhere(ctx, template, spec.SR)
	if err != nil {
		return "", err
	}
	var value string
	if elsewhere {
		value, err = async(ctx, c, "VM.copy", spec.Template, name, spec.SR)
	} else {
		value, err = async(ctx, c, "VM.clone", spec.Template, name)
	}
	return VMRef(value), err
}

// disksElsewhere reports whether the template has disks that are not on sr.
func (c *Client) disksElsewhere(ctx context.Context, template VM, sr SRRef) (bool, error) {
	if sr.IsNull() {
		return false, nil
	}
	for _, vbd := range template.VBDs {
		drive, err := c.VBD(ctx, vbd)
		if err != nil {
			return false, err
		}
		if drive.Type != VBDDisk || drive.VDI.IsNull() {
			continue
		}
		disk, err := c.VDI(ctx, drive.VDI)
		if err != nil {
			return false, err
		}
		if disk.SR != sr {
			return true, nil
		}
	}
	return false, nil
}

// provisionXML is how a template describes the disks that it does not have,
// in other_config["disks"]: by attributes such as device, size, sr and bootable.
type provisionXML struct {
	XMLName xml.Name `xml:"provision"`
	Disks   []struct {
		Attrs []xml.Attr `xml:",any,attr"`
	} `xml:"disk"`
}

// place names the SR that all the disks go to.
func (p *provisionXML) place(uuid string) {
	for i := range p.Disks {
		d := &p.Disks[i]
		d.Attrs = slices.DeleteFunc(d.Attrs, func(a xml.Attr) bool { return a.Name.Local == "sr" })
		d.Attrs = append(d.Attrs, xml.Attr{Name: xml.Name{Local: "sr"}, Value: uuid})
	}
}

// disksKey is where templates describe their disks.
const disksKey = "disks"

// provision makes the described disks and takes the template flag off. A
// clone of a template is a template until then; a clone of a plain VM is not,
// and has nothing to provision.
func (c *Client) provision(ctx context.Context, ref VMRef, sr SRRef) error {
	vm, err := c.VM(ctx, ref)
	if err != nil || !vm.IsATemplate {
		return err
	}
	if text := vm.OtherConfig[disksKey]; text != "" {
		text, err := c.placeDisks(ctx, text, sr)
		if err != nil {
			return err
		}
		if err := c.PutOtherConfig(ctx, ref, disksKey, text); err != nil {
			return err
		}
	}
	_, err = async(ctx, c, "VM.provision", ref)
	return err
}

// placeDisks names a real SR in a description of disks: templates leave it
// empty, which the server refuses.
func (c *Client) placeDisks(ctx context.Context, text string, sr SRRef) (string, error) {
	var p provisionXML
	if err := xml.Unmarshal([]byte(text), &p); err != nil {
		return "", fmt.Errorf("xapi: the template's other_config[%q] is not XML: %w", disksKey, err)
	}
	if len(p.Disks) == 0 {
		return text, nil
	}
	sr, err := c.orDefaultSR(ctx, sr)
	if err != nil {
		return "", fmt.Errorf("the template describes disks: %w", err)
	}
	repository, err := c.SR(ctx, sr)
	if err != nil {
		return "", err
	}
	p.place(repository.UUID)
	out, err := xml.Marshal(p)
	return string(out), err
}

// unwindVM removes what a failed creation left: the VM that it knows, or those
// that bear the working name. It goes on after ctx.
func (c *Client) unwindVM(ctx context.Context, ref VMRef, working string) error {
	ctx, cancel := unwinding(ctx)
	defer cancel()
	left := []VMRef{ref}
	if ref.IsNull() {
		var err error
		if left, err = c.VMsByName(ctx, working); err != nil {
			return fmt.Errorf("xapi: look for what is left, by the name %q: %w", working, err)
		}
	}
	var errs []error
	for _, vm := range left {
		errs = append(errs, c.destroyWithDisks(ctx, vm))
	}
	return errors.Join(errs...)
}
