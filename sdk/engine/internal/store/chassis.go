package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// ChassisKind returns the kind of a shared chassis, or [biovm.ErrNotFound]
// when no VM is on one of that name.
func (t *Tx) ChassisKind(ctx context.Context, name string) (biovm.ChassisKind, error) {
	var kind biovm.ChassisKind
	err := t.tx.QueryRowContext(ctx, "SELECT kind FROM chassis WHERE name = ?", name).Scan(&kind)
	if errors.Is(err, sql.ErrNoRows) {
		return "", biovm.ErrNotFound
	}
	return kind, err
}

// AddChassis makes a shared chassis, to be followed by its first VM.
func (t *Tx) AddChassis(ctx context.Context, name string, kind biovm.ChassisKind) error {
	_, err := t.exec(ctx, "INSERT INTO chassis (name, kind) VALUES (?, ?)", name, kind)
	return err
}

// Granted sums up what VMs hold of a shared chassis, and how many they are,
// but for the VM except. The sum has no priority.
func (t *Tx) Granted(ctx context.Context, chassis, except string) (sum biovm.Resources, vms int, err error) {
	err = t.tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(atp), 0.0), coalesce(sum(ribosomes), 0),
		coalesce(sum(rna_polymerase), 0), coalesce(sum(memory_kb), 0) FROM vm WHERE shared = ? AND uuid <> ?`, chassis, except).
		Scan(&vms, &sum.ATP, &sum.Ribosomes, &sum.RNAPolymerase, &sum.MemoryKB)
	return sum, vms, err
}
