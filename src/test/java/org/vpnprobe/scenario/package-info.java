/** Carriers that interfere, on the embedded lab: state and cause of every cell. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.scenario;
