package org.vpnprobe.config.imports.ike;

import java.util.regex.Pattern;
import org.vpnprobe.config.imports.Account;
import org.vpnprobe.config.imports.ImportFormat;
import org.vpnprobe.config.imports.Source;
import org.vpnprobe.config.imports.ike.SwanSections.Section;

/** strongSwan's {@code swanctl.conf}: an endpoint for each connection and address. */
public final class SwanctlConf implements ImportFormat {
  /** Blanks, not line breaks: a text of nothing else would be searched anew from each line. */
  private static final Pattern BEGINS = Pattern.compile("(?m)^[ \\t]*(connections|secrets)\\s*\\{");

  @Override
  public String name() {
    return "swanctl";
  }

  @Override
  public String summary() {
    return "strongSwan’s swanctl.conf with “connections { … }”";
  }

  @Override
  public boolean recognizes(Source source) {
    return BEGINS.matcher(source.text().orElse("")).find();
  }

  @Override
  public void read(Source source, Account account) {
    Section root = SwanSections.read(source, account);
    Section connections = root.sections().get("connections");
    Section secrets = root.sections().getOrDefault("secrets", new Section("secrets", 1));
    if (connections == null) {
      account.reject(source.whole(), "", "expected “connections { … }”");
      return;
    }
    SwanSecrets known = new SwanSecrets(secrets);
    SwanFiles files = new SwanFiles(source);
    for (Section connection : connections.sections().values()) {
      new SwanConnection(files, known, connection).into(account);
    }
  }
}
