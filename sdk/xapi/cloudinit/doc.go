// Package cloudinit makes the drive from which cloud-init configures a guest:
// a NoCloud drive, a FAT16 image labelled cidata.
//
//	image, err := cloudinit.Drive{InstanceID: uuid, Hostname: "a", UserData: config, SSHKeys: keys}.Image()
//	_, err = c.AttachDrive(ctx, vm, xapi.DriveSpec{Name: "cloud-init", Image: bytes.NewReader(image), Size: int64(len(image))})
//
// The API of the pool itself knows no user data. The template must have
// cloud-init in it, and the drive must stay until the guest has said that it is
// done, which takes longer than to boot.
package cloudinit
