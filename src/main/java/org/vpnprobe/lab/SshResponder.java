package org.vpnprobe.lab;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.vpnprobe.model.Secret;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.ssh.SshSettings;

/** Embedded SSH servers: one host key, one user, and channels to {@link InnerTarget}. */
public final class SshResponder implements ResponderFactory<SshSettings> {
  /** Known to everybody: for the lab alone. */
  private static final Ed25519PrivateKeyParameters HOST_KEY = key("vpnprobe lab: SSH server....");

  private static final Ed25519PrivateKeyParameters CLIENT_KEY = key("vpnprobe lab: SSH client....");

  /** RFC 8410 section 7: what stands before the 32 bytes of an Ed25519 private key. */
  private static final String PKCS8_PREFIX = "302e020100300506032b657004220420";

  private static Ed25519PrivateKeyParameters key(String phrase) {
    byte[] seed = new byte[Ed25519PrivateKeyParameters.KEY_SIZE];
    byte[] text = phrase.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, seed, 0, text.length);
    return new Ed25519PrivateKeyParameters(seed);
  }

  @Override
  public String protocol() {
    return "ssh";
  }

  @Override
  public Class<SshSettings> settings() {
    return SshSettings.class;
  }

  @Override
  public Map<String, String> material() {
    return Map.of(
        "ssh_host_key",
        SshServerTransport.KEY_TYPE
            + " "
            + Base64.getEncoder().encodeToString(SshServerTransport.blob(HOST_KEY)),
        "ssh_client_private_key",
        pem(CLIENT_KEY));
  }

  private static String pem(Ed25519PrivateKeyParameters key) {
    byte[] encoded =
        new ByteWriter()
            .bytes(HexFormat.of().parseHex(PKCS8_PREFIX))
            .bytes(key.getEncoded())
            .toByteArray();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getEncoder().encodeToString(encoded)
        + "\n-----END PRIVATE KEY-----\n";
  }

  @Override
  public Responder start(SshSettings settings) throws IOException {
    SshServerSession.User user = user(settings);
    return new StreamServer(
        new ServerSocket(0, 128, InetAddress.getLoopbackAddress()),
        connection -> {
          SshServerTransport transport =
              new SshServerTransport(
                  connection.getInputStream(), connection.getOutputStream(), HOST_KEY);
          transport.open();
          new SshServerSession(transport, user).run();
        });
  }

  private static SshServerSession.User user(SshSettings settings) throws IOException {
    Secret key = settings.privateKey();
    return new SshServerSession.User(
        settings.username(), settings.password(), key == null ? null : pair(key, settings));
  }

  private static KeyPair pair(Secret key, SshSettings settings) throws IOException {
    try {
      KeyPair pair = KeyPair.load(new JSch(), key.bytes(), null);
      Secret passphrase = settings.passphrase();
      if (pair.isEncrypted() && passphrase != null) {
        pair.decrypt(passphrase.bytes());
      }
      return pair;
    } catch (JSchException e) {
      throw new IOException("a key that the settings accepted cannot be read", e);
    }
  }
}
