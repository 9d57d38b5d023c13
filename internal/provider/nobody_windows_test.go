package provider_test

import (
	"os/exec"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

func asNobody(*testing.T, *exec.Cmd, *acctest.Workspace) {}
