//go:build invariants

package wholecell

// checked says that this is the build that checks every event.
const checked = true
