/**
 * Measurements made by hand: speed and memory are no business of a test with a clock. What {@link
 * org.vpnprobe.bench.Codecs} runs stands beside the code that it measures, in classes named {@code
 * …Speed}, which see what that package sees.
 */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.bench;
