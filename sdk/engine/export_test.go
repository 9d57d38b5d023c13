package engine

// Executing reports whether the engine runs a process in a VM now.
func Executing(e *Engine, vm string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.executions[vm] != nil
}
