@org.jspecify.annotations.NullMarked
package org.vpnprobe.config.imports.proxies;
