#!/bin/sh
# Starts vpnprobe with the Java runtime beside it, wherever this folder was moved to.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
home=$(cd "$(dirname "$self")/.." && pwd -P) || exit 70
# The first-tier compiler and the small collector start fastest and suit runs that wait for the network.
# VPNPROBE_TERMINAL says which of standard output and error are terminals and how wide: Java cannot tell.
VPNPROBE_TERMINAL=
[ -t 1 ] && VPNPROBE_TERMINAL=out
[ -t 2 ] && VPNPROBE_TERMINAL="$VPNPROBE_TERMINAL err"
if [ -n "$VPNPROBE_TERMINAL" ]; then
  VPNPROBE_TERMINAL="$VPNPROBE_TERMINAL $(stty size 2>/dev/null </dev/tty | cut -d' ' -f2)"
fi
export VPNPROBE_TERMINAL
# What the virtual machine has to say goes to the error stream: standard output is data.
exec "$home/runtime/bin/java" "${VPNPROBE_AOT:--XX:AOTCache=$home/lib/vpnprobe.aot}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
  -Xlog:disable -Xlog:all=error:stderr -XX:-UsePerfData \
  --add-exports java.base/sun.nio.ch=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
  $VPNPROBE_JAVA_OPTS -cp "$home/lib/vpnprobe.jar:@CLASSPATH@" org.vpnprobe.cli.Main "$@"
