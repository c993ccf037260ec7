/** Reports read back, the baseline that runs are held against, and changes as JSON. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.report.compare;
