@org.jspecify.annotations.NullMarked
package org.vpnprobe.report.redact;
