package org.vpnprobe.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import okhttp3.tls.HeldCertificate;

/**
 * Debian's v2ray with an inbound for each transport that it has, a web server as target, nginx in
 * front as people put it before v2ray, and, since v2ray 4.34 has neither gRPC nor HTTPUpgrade,
 * Debian's gRPC library and a bare socket that hand on to its TCP inbounds.
 */
final class V2RayServers {
  static final int VLESS_TCP = 1001;
  static final int VLESS_TLS = 1002;
  static final int VLESS_WS = 1003;
  static final int VLESS_WSS = 1004;
  static final int VMESS_TCP = 1005;
  static final int VMESS_TLS = 1006;
  static final int VMESS_WS = 1007;
  static final int VMESS_WSS = 1008;
  static final int GRPC = 1010;
  static final int UPGRADE = 1012;
  static final int NGINX = 443;
  static final int TARGET = 80;
  static final int CLOSED = 81;

  static final String UUID = "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f";

  private V2RayServers() {}

  /** Starts all but v2ray; returns them. */
  static List<AutoCloseable> around(TestNet net, Path home, HeldCertificate certificate)
      throws IOException {
    Files.writeString(home.resolve("server.crt"), certificate.certificatePem());
    Files.writeString(home.resolve("server.key"), certificate.privateKeyPkcs8Pem());
    return List.of(bridges(net, home), nginx(net, home));
  }

  /** Starts v2ray with all inbounds on the address 10.90.0.n. */
  static Daemon v2ray(TestNet net, Path home, int n) throws IOException {
    String tls =
        "\"security\": \"tls\", \"tlsSettings\": {\"certificates\": [{\"certificateFile\":"
            + " \"%1$s/server.crt\", \"keyFile\": \"%1$s/server.key\"}]}".formatted(home);
    String ws = "\"network\": \"ws\", \"wsSettings\": {\"path\": \"/ray\"}";
    String inbounds =
        String.join(
            ",\n",
            inbound(n, VLESS_TCP, "vless", ""),
            inbound(n, VLESS_TLS, "vless", tls),
            inbound(n, VLESS_WS, "vless", ws),
            inbound(n, VLESS_WSS, "vless", ws + ", " + tls),
            inbound(n, VMESS_TCP, "vmess", ""),
            inbound(n, VMESS_TLS, "vmess", tls),
            inbound(n, VMESS_WS, "vmess", ws),
            inbound(n, VMESS_WSS, "vmess", ws + ", " + tls));
    Path file = home.resolve("v2ray" + n + ".json");
    Files.writeString(
        file,
        """
        {"log": {"loglevel": "info"},
         "inbounds": [%s],
         "outbounds": [{"protocol": "freedom"}]}
        """
            .formatted(inbounds));
    return Daemon.start(net.server(), home, "v2ray", "-config", file.toString())
        .await(() -> listens(net, "10.90.0." + n, VMESS_WSS), "listening v2ray");
  }

  private static String inbound(int n, int port, String protocol, String stream) {
    return """
    {"listen": "10.90.0.%d", "port": %d, "protocol": "%s",
     "settings": {"decryption": "none", "clients": [{"id": "%s", "alterId": 0}]},
     "streamSettings": {%s}}\
    """
        .formatted(n, port, protocol, UUID, stream);
  }

  static boolean listens(TestNet net, String address, int port) {
    return net.exec(net.server(), "ss", "-Hltn", "src " + address + " and sport = :" + port)
        .contains("LISTEN");
  }

  private static Daemon nginx(TestNet net, Path home) throws IOException {
    Files.writeString(
        home.resolve("nginx.conf"),
        """
        daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr notice;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          server { listen 10.90.0.2:80; location / { return 200 "welcome\\n"; } }
          server {
            listen 10.90.0.1:443 ssl http2;
            ssl_certificate %1$s/server.crt; ssl_certificate_key %1$s/server.key;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            location /ray { proxy_pass http://10.90.0.1:1003; }
            location /up { proxy_pass http://10.90.0.1:1012; }
            location /svc { grpc_pass grpc://10.90.0.1:1010; }
          }
        }
        """
            .formatted(home));
    return Daemon.start(net.server(), home, "nginx", "-c", home + "/nginx.conf", "-p", home + "/")
        .await(() -> listens(net, "10.90.0.1", NGINX), "listening nginx");
  }

  private static Daemon bridges(TestNet net, Path home) throws IOException {
    Path script = home.resolve("bridges.py");
    Files.writeString(
        script,
        """
        import socket, socketserver, threading
        from concurrent import futures
        import grpc
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

        gun = descriptor_pb2.FileDescriptorProto(name='gun.proto', package='gun', syntax='proto3')
        gun.message_type.add(name='Hunk').field.add(name='data', number=1, type=12, label=1)
        pool = descriptor_pool.DescriptorPool()
        pool.Add(gun)
        Hunk = message_factory.MessageFactory(pool).GetPrototype(
            pool.FindMessageTypeByName('gun.Hunk'))

        def tunnel_to(port):
            def tun(hunks, context):
                inner = socket.create_connection(('10.90.0.1', port))
                def upload():
                    try:
                        for hunk in hunks:
                            inner.sendall(hunk.data)
                    except Exception:
                        inner.close()
                threading.Thread(target=upload, daemon=True).start()
                for data in iter(lambda: inner.recv(4096), b''):
                    yield Hunk(data=data)
            return grpc.method_handlers_generic_handler('svc%d' % port, {
                'Tun': grpc.stream_stream_rpc_method_handler(
                    tun, request_deserializer=Hunk.FromString,
                    response_serializer=Hunk.SerializeToString)})

        class Upgrade(socketserver.StreamRequestHandler):
            rbufsize = 0
            def handle(self):
                head = b''
                while not head.endswith(b'\\r\\n\\r\\n'):
                    head += self.rfile.read(1)
                if not head.startswith(b'GET /up HTTP/1.1\\r\\n'):
                    self.wfile.write(b'HTTP/1.1 404 Not Found\\r\\n\\r\\n')
                    return
                self.wfile.write(b'HTTP/1.1 101 Switching Protocols\\r\\n'
                                 b'Connection: upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n')
                inner = socket.create_connection(('10.90.0.1', 1001))
                def upload():
                    for data in iter(lambda: self.connection.recv(4096), b''):
                        inner.sendall(data)
                threading.Thread(target=upload, daemon=True).start()
                for data in iter(lambda: inner.recv(4096), b''):
                    self.wfile.write(data)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        calls = grpc.server(futures.ThreadPoolExecutor(16))
        calls.add_generic_rpc_handlers((tunnel_to(1001), tunnel_to(1005)))
        calls.add_insecure_port('10.90.0.1:1010')
        calls.start()
        Server(('10.90.0.1', 1012), Upgrade).serve_forever()
        """);
    return Daemon.start(net.server(), home, Needs.program("python3"), script.toString())
        .await(() -> listens(net, "10.90.0.1", UPGRADE), "listening bridges");
  }
}
