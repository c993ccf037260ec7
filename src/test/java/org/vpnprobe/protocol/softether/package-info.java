@org.jspecify.annotations.NullMarked
package org.vpnprobe.protocol.softether;
