/** The nouns of vpnprobe: records and enums without any input or output. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.model;
