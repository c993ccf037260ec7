/**
 * Files, texts and links of other programs to endpoints in our terms. Each format is one class and
 * one line in {@link org.vpnprobe.config.imports.ImportFormats}. Everything that is read is
 * accounted for: it is imported, skipped for a reason, or rejected with its place.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.config.imports;
