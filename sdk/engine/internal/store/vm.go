package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// VM is a VM's row.
type VM struct {
	UUID      string
	State     biovm.State
	Spec      biovm.Spec // its ID is the VM's name
	Allocated biovm.Allocation
	Grant     biovm.Resources

	SimulatedSeconds float64
	Problem          string
	CreatedAt        time.Time

	// Owner is who made the pending VM; empty once it is confirmed.
	Owner string
	// Life grows with every stop: an execution that began in another life has
	// been cut off.
	Life int64
	// Generation grows with every change of spec, grant or packages.
	Generation int64
	// Genome is what is known of the genome that Spec names; nil when it names
	// none.
	Genome *biovm.GenomeSummary
}

const vmColumns = `uuid, state, spec, allocated, atp, ribosomes, rna_polymerase, memory_kb, priority,
	simulated_seconds, problem, created_at, owner, life, generation, genome`

func scanVM(row scanner) (VM, error) {
	var (
		vm              VM
		spec, allocated string
		created         int64
		owner, genome   sql.NullString
	)
	g := &vm.Grant
	err := row.Scan(&vm.UUID, &vm.State, &spec, &allocated, &g.ATP, &g.Ribosomes, &g.RNAPolymerase, &g.MemoryKB, &g.Priority,
		&vm.SimulatedSeconds, &vm.Problem, &created, &owner, &vm.Life, &vm.Generation, &genome)
	if err != nil {
		return VM{}, err
	}
	vm.CreatedAt, vm.Owner = instant(created), owner.String
	if genome.Valid {
		vm.Genome = &biovm.GenomeSummary{}
		err = decode("vm.genome", genome.String, vm.Genome)
	}
	return vm, errors.Join(decode("vm.spec", spec, &vm.Spec), decode("vm.allocated", allocated, &vm.Allocated), err)
}

// VM finds a VM by its UUID or its name, or fails with [biovm.ErrNotFound].
func (t *Tx) VM(ctx context.Context, ref string) (VM, error) {
	for _, column := range []string{"uuid", "name"} {
		vm, err := scanVM(t.tx.QueryRowContext(ctx, "SELECT "+vmColumns+" FROM vm WHERE "+column+" = ?", ref))
		if !errors.Is(err, sql.ErrNoRows) {
			return vm, err
		}
	}
	return VM{}, biovm.ErrNotFound
}

// VMs returns all VMs, by name.
func (t *Tx) VMs(ctx context.Context) ([]VM, error) {
	return collect(ctx, t, scanVM, "SELECT "+vmColumns+" FROM vm ORDER BY name")
}

// InsertVM adds a VM. The files that it is made of must be there.
func (t *Tx) InsertVM(ctx context.Context, vm VM) error {
	spec, err := encode(vm.Spec)
	if err != nil {
		return err
	}
	allocated, err := encode(vm.Allocated)
	if err != nil {
		return err
	}
	genome, err := encodeGenome(vm.Genome)
	if err != nil {
		return err
	}
	g := vm.Grant
	_, err = t.exec(ctx, `INSERT INTO vm (name, shared, `+vmColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		vm.Spec.ID, null(vm.Spec.SharedChassis),
		vm.UUID, vm.State, spec, allocated, g.ATP, g.Ribosomes, g.RNAPolymerase, g.MemoryKB, g.Priority,
		vm.SimulatedSeconds, vm.Problem, vm.CreatedAt.UnixNano(), null(vm.Owner), vm.Life, vm.Generation, null(genome))
	if err != nil {
		return err
	}
	return t.useFiles(ctx, vm)
}

// UpdateVM writes what may change of a VM: all but its name, chassis, files and
// time of creation.
func (t *Tx) UpdateVM(ctx context.Context, vm VM) error {
	spec, err := encode(vm.Spec)
	if err != nil {
		return err
	}
	allocated, err := encode(vm.Allocated)
	if err != nil {
		return err
	}
	genome, err := encodeGenome(vm.Genome)
	if err != nil {
		return err
	}
	g := vm.Grant
	n, err := t.exec(ctx, `UPDATE vm SET state = ?, spec = ?, allocated = ?,
		atp = ?, ribosomes = ?, rna_polymerase = ?, memory_kb = ?, priority = ?,
		simulated_seconds = ?, problem = ?, owner = ?, life = ?, generation = ?, genome = ? WHERE uuid = ?`,
		vm.State, spec, allocated, g.ATP, g.Ribosomes, g.RNAPolymerase, g.MemoryKB, g.Priority,
		vm.SimulatedSeconds, vm.Problem, null(vm.Owner), vm.Life, vm.Generation, null(genome), vm.UUID)
	if err == nil && n == 0 {
		err = biovm.ErrNotFound
	}
	return err
}

// DeleteVM removes a VM, its records, and its shared chassis and its files when
// it was the last VM with them.
func (t *Tx) DeleteVM(ctx context.Context, vm VM) error {
	packages, err := t.exists(ctx, "SELECT 1 FROM vm_package WHERE vm_uuid = ?", vm.UUID)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, "DELETE FROM vm WHERE uuid = ?", vm.UUID); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "DELETE FROM chassis WHERE name = ?1 AND NOT EXISTS (SELECT 1 FROM vm WHERE shared = ?1)", vm.Spec.SharedChassis); err != nil {
		return err
	}
	if len(vm.Spec.Parts()) == 0 && !packages {
		return nil
	}
	return t.CollectFiles(ctx)
}

// encodeGenome is what is known of a genome as the database has it; empty for nil.
func encodeGenome(g *biovm.GenomeSummary) (string, error) {
	if g == nil {
		return "", nil
	}
	return encode(g)
}
