#!/bin/sh
# Makes a template for BioXen of the guest that it runs in, as root: a Debian or
# Ubuntu VM on XCP-ng that has nothing on it that clones must not share.
#
#   scp bioxen make-template.sh root@GUEST: && ssh root@GUEST sh make-template.sh
#
# The guest shuts down at the end; then, on the pool's master, after the drive with
# the guest's own configuration was taken off, if it had one:
#
#   xe vm-param-set uuid=UUID name-label=debian-12-bioxen tags=cloud-init,bioxen
#   xe vm-param-set uuid=UUID is-a-template=true
set -eu

bioxen=${BIOXEN:-./bioxen} # the command, for Linux
shutdown=${SHUTDOWN:-poweroff}

# SSH to log in, cloud-init to say who may, xenstore to publish the host key and
# the address.
missing=
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need /usr/sbin/sshd openssh-server
need cloud-init cloud-init
need xenstore-write xe-guest-utilities
if [ -n "$missing" ]; then
	apt-get update
	# Debian has the tools for xenstore in another package than XCP-ng's.
	# shellcheck disable=SC2086 # a list of words
	apt-get install --yes $missing || apt-get install --yes $(echo "$missing" | sed 's/xe-guest-utilities/xenstore-utils/')
fi

# The configuration comes from the drive that is attached to each clone.
mkdir -p /etc/cloud/cloud.cfg.d
echo 'datasource_list: [NoCloud, None]' >/etc/cloud/cloud.cfg.d/99-bioxen.cfg

# Without this, the engine is put into each guest when it is first reached. With
# --root nothing is started, and so no data directory made that clones would share.
"$bioxen" agent install --root /

# What each clone must make for itself.
rm -f /etc/ssh/ssh_host_*
cloud-init clean --logs
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id "$HOME/.bash_history"
sync
exec "$shutdown"
