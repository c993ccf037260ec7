/** Apple's configuration profiles. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.config.imports.apple;
