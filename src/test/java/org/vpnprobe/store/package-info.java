@org.jspecify.annotations.NullMarked
package org.vpnprobe.store;
