/** The application image as the build leaves it. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.image;
