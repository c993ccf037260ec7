/** strongSwan's profiles and configurations. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.config.imports.ike;
