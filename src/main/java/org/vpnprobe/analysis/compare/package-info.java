/** Report × report → what changed, and whether enough runs agree on it. Pure functions. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.analysis.compare;
