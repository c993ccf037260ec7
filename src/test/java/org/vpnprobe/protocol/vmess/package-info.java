@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.vmess;
