/** probes.yaml to a plan and bound settings; every error carries file, line and column. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.config;
