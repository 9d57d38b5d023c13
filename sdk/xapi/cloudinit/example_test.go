package cloudinit_test

import (
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/cloudinit"
)

func ExampleDrive_Image() {
	image, err := cloudinit.Drive{
		InstanceID: "7b9c2f0e-5d6b-4a54-8d6e-2f3f6f0f9a11",
		Hostname:   "cell-1",
		UserData:   []byte("#cloud-config\npackages: [curl]\n"),
		SSHKeys:    []string{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@here"},
	}.Image()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(image)>>20, "MiB")
	// Output: 6 MiB
}
