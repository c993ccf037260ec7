#!/bin/sh
# Starts vpnprobe with the Java runtime beside it, wherever this folder was moved to.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
home=$(cd "$(dirname "$self")/.." && pwd -P) || exit 70
# VPNPROBE_TERMINAL says which of standard output and error are terminals and how wide: Java cannot tell.
VPNPROBE_TERMINAL=
[ -t 1 ] && VPNPROBE_TERMINAL=out
[ -t 2 ] && VPNPROBE_TERMINAL="$VPNPROBE_TERMINAL err"
if [ -n "$VPNPROBE_TERMINAL" ]; then
  VPNPROBE_TERMINAL="$VPNPROBE_TERMINAL $(stty size 2>/dev/null </dev/tty | cut -d' ' -f2)"
fi
export VPNPROBE_TERMINAL
# The first-tier compiler and the small collector start fastest; in a report of 100,000 measurements and in
# TLS handshakes for a minute, full compilation took more CPU than it saved. The collector leaves its old
# generation alone until memory is short: a young one that trials of 10 s can end in keeps it small, and
# vpnprobe itself asks for a collection when the old one has grown; what is free then is given back at once.
# The virtual machine keeps quiet: standard output is data. A cache that does not fit is not used.
exec "$home/runtime/bin/java" "${VPNPROBE_AOT:--XX:AOTCache=$home/lib/vpnprobe.aot}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms80m -Xmn48m -XX:SurvivorRatio=4 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:-ShrinkHeapInSteps \
  -Xlog:disable -XX:-UsePerfData \
  --add-exports java.base/sun.nio.ch=ALL-UNNAMED --enable-native-access=ALL-UNNAMED \
  -Dorg.sqlite.lib.path="$home/lib" \
  $VPNPROBE_JAVA_OPTS -cp "$home/lib/vpnprobe.jar:@CLASSPATH@" org.vpnprobe.cli.Main "$@"
