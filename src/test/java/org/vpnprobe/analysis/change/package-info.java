@org.jspecify.annotations.NullMarked
package org.vpnprobe.analysis.change;
