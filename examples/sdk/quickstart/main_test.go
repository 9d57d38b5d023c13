package main

// What the program prints is what a reader shall see.
func Example() {
	main()
	// Output:
	// growth rate    0.1568 1/h
	// doubling time  265.3 min
	// limited by     ribosomes
	//
	// advice:
	// - ribosomes limit: a unit more is worth 0.000784 1/h at the margin; 425 units of ribosomes would bring growth from 0.15678 to 0.33316 1/h
	// - the cell grows as fast with 50 percent of atp; the rest can go to other cells
}
