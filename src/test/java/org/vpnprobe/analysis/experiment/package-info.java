/** Each experiment alone: what it tries next, and what its trials show. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.analysis.experiment;
