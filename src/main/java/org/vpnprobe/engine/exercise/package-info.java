/** How each {@link org.vpnprobe.model.Variation} is done: one class for each kind. */
@org.jspecify.annotations.NullMarked
package org.vpnprobe.engine.exercise;
