/** One writer per format over one Report. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.report;
