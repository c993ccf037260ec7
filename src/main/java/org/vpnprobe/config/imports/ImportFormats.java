package org.vpnprobe.config.imports;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.vpnprobe.config.imports.apple.MobileConfig;
import org.vpnprobe.config.imports.ike.SwanProfile;
import org.vpnprobe.config.imports.ike.SwanctlConf;
import org.vpnprobe.config.imports.openvpn.OpenVpnFile;
import org.vpnprobe.config.imports.proxies.ClashYaml;
import org.vpnprobe.config.imports.proxies.OutlineKey;
import org.vpnprobe.config.imports.proxies.ShareLinks;
import org.vpnprobe.config.imports.proxies.SingBoxJson;
import org.vpnprobe.config.imports.proxies.Sip008;
import org.vpnprobe.config.imports.proxies.Subscription;
import org.vpnprobe.config.imports.proxies.XrayJson;

/**
 * The registry: one line a format. The first that recognizes a source reads it, so what is told by
 * clear signs stands before what is told by the absence of others.
 */
public final class ImportFormats {
  private static final List<Supplier<ImportFormat>> REGISTRY =
      List.of(
          MobileConfig::new,
          AmneziaLink::new,
          SwanProfile::new,
          GluetunServers::new,
          VpnGateCsv::new,
          WireGuardConf::new,
          SwanctlConf::new,
          OpenVpnFile::new,
          CsvTable::new,
          XrayJson::new,
          SingBoxJson::new,
          Sip008::new,
          ClashYaml::new,
          OutlineKey::new,
          TorBridges::new,
          ShareLinks::new,
          Subscription::new,
          HostPortLines::new);

  private ImportFormats() {}

  /** All formats, in the order in which they are asked. */
  public static List<ImportFormat> all() {
    return REGISTRY.stream().map(Supplier::get).toList();
  }

  /** All names. */
  public static List<String> names() {
    return all().stream().map(ImportFormat::name).toList();
  }

  /** The format of this name, empty when there is none. */
  public static Optional<ImportFormat> named(String name) {
    return all().stream().filter(format -> format.name().equals(name)).findFirst();
  }

  /** The format of a source, empty when none recognizes it. */
  public static Optional<ImportFormat> recognize(Source source) {
    return all().stream().filter(format -> format.recognizes(source)).findFirst();
  }
}
