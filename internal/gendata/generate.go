package main

// generate makes every table from the files below shared/data; the keys are
// paths below the folder of tables.
func generate(shared string) (map[string][]byte, error) {
	tables := map[string][]byte{}
	s := &shelf{root: shared}
	for _, organism := range []func(*shelf, map[string][]byte) error{syn3a, ecoli} {
		if err := organism(s, tables); err != nil {
			return nil, err
		}
	}
	return tables, nil
}
