@org.jspecify.annotations.NullMarked
package org.vpnprobe.layer.quic;
