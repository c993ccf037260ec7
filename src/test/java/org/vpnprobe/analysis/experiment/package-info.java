/** What experiments read from their trials. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.analysis.experiment;
