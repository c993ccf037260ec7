package org.vpnprobe.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A socket over a {@link TlsStream} whose handshake is done, for a library that wants to see TLS.
 * What it asks for is ignored: versions, ciphers and names were chosen before.
 */
final class TlsSocket extends SSLSocket {
  private final Socket wrapped;
  private final SSLSession session;
  private final String applicationProtocol;
  private SSLParameters parameters = new SSLParameters();

  private TlsSocket(Socket wrapped, SSLSession session, String applicationProtocol) {
    this.wrapped = wrapped;
    this.session = session;
    this.applicationProtocol = applicationProtocol;
  }

  /** Makes one socket of another; connects nothing. */
  static final class Factory extends SSLSocketFactory {
    private final SSLSession session;
    private final String applicationProtocol;

    Factory(SSLSession session, String applicationProtocol) {
      this.session = session;
      this.applicationProtocol = applicationProtocol;
    }

    @Override
    public Socket createSocket(Socket wrapped, String host, int port, boolean autoClose) {
      return new TlsSocket(wrapped, session, applicationProtocol);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw unconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
      throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
        throws IOException {
      throw unconnected();
    }

    private static SocketException unconnected() {
      return new SocketException("only a connected socket can be wrapped");
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return new String[] {session.getCipherSuite()};
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return getDefaultCipherSuites();
    }
  }

  @Override
  public SSLSession getSession() {
    return session;
  }

  @Override
  public String getApplicationProtocol() {
    return applicationProtocol;
  }

  @Override
  public void startHandshake() {}

  @Override
  public InputStream getInputStream() throws IOException {
    return wrapped.getInputStream();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return wrapped.getOutputStream();
  }

  @Override
  public void close() throws IOException {
    wrapped.close();
  }

  @Override
  public boolean isClosed() {
    return wrapped.isClosed();
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isInputShutdown() {
    return wrapped.isClosed();
  }

  @Override
  public boolean isOutputShutdown() {
    return wrapped.isClosed();
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    wrapped.setSoTimeout(millis);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return wrapped.getSoTimeout();
  }

  @Override
  public InetAddress getInetAddress() {
    return wrapped.getInetAddress();
  }

  @Override
  public int getPort() {
    return wrapped.getPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return wrapped.getRemoteSocketAddress();
  }

  @Override
  public SSLParameters getSSLParameters() {
    return parameters;
  }

  @Override
  public void setSSLParameters(SSLParameters wanted) {
    parameters = wanted;
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return getEnabledCipherSuites();
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return new String[] {session.getCipherSuite()};
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {}

  @Override
  public String[] getSupportedProtocols() {
    return getEnabledProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    return new String[] {session.getProtocol()};
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {}

  @Override
  public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {}

  @Override
  public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {}

  @Override
  public void setUseClientMode(boolean mode) {}

  @Override
  public boolean getUseClientMode() {
    return true;
  }

  @Override
  public void setNeedClientAuth(boolean need) {}

  @Override
  public boolean getNeedClientAuth() {
    return false;
  }

  @Override
  public void setWantClientAuth(boolean want) {}

  @Override
  public boolean getWantClientAuth() {
    return false;
  }

  @Override
  public void setEnableSessionCreation(boolean flag) {}

  @Override
  public boolean getEnableSessionCreation() {
    return false;
  }
}
