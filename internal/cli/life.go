package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// addLife gives a command the flags that let a cell live.
func addLife(cmd *cobra.Command) {
	f := cmd.Flags()
	addMinutes(cmd, "minutes", "let the cell live for `N` simulated minutes, instead of a process")
	addCount(cmd, "replicas", 1, "let `N` cells live, with seeds that follow each other, and sum them up")
	f.StringSlice("record", nil, "record these `FIGURES` over time, separated by commas; \"all\" is each that needs no further name")
	addMinutes(cmd, "every", "record every `N` simulated minutes; a hundredth of the time by default")
}

// life is the process that the flags of addLife ask for; ok is false
// where they ask for none.
func life(cmd *cobra.Command, files []string) (code string, ok bool, err error) {
	f := cmd.Flags()
	if !f.Changed("minutes") {
		for _, flag := range []string{"replicas", "record", "every"} {
			if f.Changed(flag) {
				return "", false, usagef(cmd, "--%s: is of use with --minutes only", flag)
			}
		}
		return "", false, nil
	}
	if f.Changed("expression") || len(files) > 0 {
		return "", false, usagef(cmd, "give --minutes or a process, not both: a process can call simulate() itself")
	}
	minutes, err := span(cmd, "minutes")
	if err != nil {
		return "", false, err
	}
	replicas, err := f.GetInt("replicas")
	if err != nil {
		return "", false, err
	}
	if replicas < 1 {
		return "", false, usagef(cmd, "--replicas: %d: must be 1 or more", replicas)
	}
	arguments := []string{literal(minutes)}
	if f.Changed("replicas") {
		arguments = append(arguments, "replicas="+strconv.Itoa(replicas))
	}
	record, err := f.GetStringSlice("record")
	if err != nil {
		return "", false, err
	}
	if len(record) == 1 && record[0] == "all" {
		arguments = append(arguments, "record=True")
	} else if len(record) > 0 {
		names, err := json.Marshal(record) // as Starlark writes a list of names
		if err != nil {
			return "", false, fmt.Errorf("write --record: %w", err)
		}
		arguments = append(arguments, "record="+string(names))
	}
	if f.Changed("every") {
		every, err := span(cmd, "every")
		if err != nil {
			return "", false, err
		}
		if every > minutes {
			return "", false, usagef(cmd, "--every %v: must not be more than --minutes %v, or only the beginning is recorded", every, minutes)
		}
		arguments = append(arguments, "every="+literal(every))
	}
	return "simulate(" + strings.Join(arguments, ", ") + ")", true, nil
}

// span reads a flag that is a time.
func span(cmd *cobra.Command, flag string) (float64, error) {
	v, err := cmd.Flags().GetFloat64(flag)
	if err == nil && !(v > 0 && v <= math.MaxFloat64) {
		err = usagef(cmd, "--%s: %v: must be a number of minutes above 0", flag, v)
	}
	return v, err
}

// literal writes a finite number as Starlark reads it.
func literal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// lifeProblem says what is wrong with a life that nobody wrote as a program.
func lifeProblem(message string) string {
	text := strings.TrimPrefix(message, "simulate: ")
	if about, ok := strings.CutPrefix(text, "record: "); ok {
		return "--record: " + about + "; 'bioxen run TYPE -e \"figures()\"' lists those that there are"
	}
	return text
}
