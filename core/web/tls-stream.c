/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "tls-stream.h"

#include <openssl/err.h>

/* What both halves of a stream and the stream itself hold; the last one closes. */
typedef struct {
  GSocket *socket;
  SSL *ssl;
  GIOCondition read_waits; /* what a read that would block waits for */
  GIOCondition write_waits;
  gboolean failed;       /* nothing more may be said (SSL_shutdown(3)) */
  gboolean write_closed; /* our good-bye has been said */
} Core;

typedef struct {
  GInputStream parent_instance;
  Core *core;
} TlsInput;

typedef struct {
  GInputStreamClass parent_class;
} TlsInputClass;

typedef struct {
  GOutputStream parent_instance;
  Core *core;
} TlsOutput;

typedef struct {
  GOutputStreamClass parent_class;
} TlsOutputClass;

struct _BhTlsStream {
  GIOStream parent_instance;
  Core *core;
  GInputStream *input;
  GOutputStream *output;
};

static void input_iface_init(GPollableInputStreamInterface *iface);
static void output_iface_init(GPollableOutputStreamInterface *iface);
static GType tls_input_get_type(void);
static GType tls_output_get_type(void);

G_DEFINE_TYPE_WITH_CODE(TlsInput, tls_input, G_TYPE_INPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_INPUT_STREAM, input_iface_init))
G_DEFINE_TYPE_WITH_CODE(TlsOutput, tls_output, G_TYPE_OUTPUT_STREAM,
                        G_IMPLEMENT_INTERFACE(G_TYPE_POLLABLE_OUTPUT_STREAM, output_iface_init))
G_DEFINE_FINAL_TYPE(BhTlsStream, bh_tls_stream, G_TYPE_IO_STREAM)

static void
core_clear(gpointer data)
{
  Core *core = data;

  SSL_free(core->ssl);
  g_object_unref(core->socket);
}

static void
core_unref(Core *core)
{
  g_rc_box_release_full(core, core_clear);
}

/* RFC 8446 section 6.1: tells that nothing more comes. Dropped where there is no room for it. */
static void
say_good_bye(Core *core)
{
  if (core->write_closed || core->failed || core->ssl == NULL || !SSL_is_init_finished(core->ssl))
    return;
  core->write_closed = TRUE;
  ERR_clear_error();
  if (SSL_shutdown(core->ssl) < 0)
    ERR_clear_error();
}

/* Why a call of OpenSSL returned @result. Returns: %TRUE: the other side has closed properly */
static gboolean
explain(Core *core, int result, GIOCondition *waits, GError **error)
{
  switch (SSL_get_error(core->ssl, result)) {
  case SSL_ERROR_ZERO_RETURN:
    return TRUE;
  case SSL_ERROR_WANT_READ:
    *waits = G_IO_IN;
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "It would block");
    return FALSE;
  case SSL_ERROR_WANT_WRITE:
    *waits = G_IO_OUT;
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "It would block");
    return FALSE;
  default:
    core->failed = TRUE;
    ERR_clear_error();
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The connection broke");
    return FALSE;
  }
}

static gssize
core_read(Core *core, void *buffer, gsize count, GError **error)
{
  int n;

  if (count == 0)
    return 0;
  ERR_clear_error();
  n = SSL_read(core->ssl, buffer, (int)MIN(count, G_MAXINT));
  if (n > 0)
    return n;
  return explain(core, n, &core->read_waits, error) ? 0 : -1;
}

static gssize
core_write(Core *core, const void *buffer, gsize count, GError **error)
{
  int n;

  if (count == 0)
    return 0;
  if (core->write_closed || core->failed) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection is closed");
    return -1;
  }
  ERR_clear_error();
  n = SSL_write(core->ssl, buffer, (int)MIN(count, G_MAXINT));
  if (n > 0)
    return n;
  if (explain(core, n, &core->write_waits, error))
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection is closed");
  return -1;
}

/* @child: (transfer full): */
static GSource *
wrap_source(gpointer stream, GSource *child, GCancellable *cancellable)
{
  GSource *source = g_pollable_source_new_full(stream, child, cancellable);

  g_source_unref(child);
  return source;
}

static gssize
tls_input_read(GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable,
               GError **error)
{
  return core_read(((TlsInput *)stream)->core, buffer, count, error);
}

static gssize
tls_input_read_nonblocking(GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  return core_read(((TlsInput *)stream)->core, buffer, count, error);
}

static gboolean
tls_input_is_readable(GPollableInputStream *stream)
{
  Core *core = ((TlsInput *)stream)->core;

  return SSL_pending(core->ssl) > 0 ||
         g_socket_condition_check(core->socket, core->read_waits) != 0;
}

/* What OpenSSL has deciphered already, the socket knows nothing of. */
static GSource *
tls_input_create_source(GPollableInputStream *stream, GCancellable *cancellable)
{
  Core *core = ((TlsInput *)stream)->core;

  return wrap_source(stream,
                     SSL_pending(core->ssl) > 0
                         ? g_timeout_source_new(0)
                         : g_socket_create_source(core->socket, core->read_waits, NULL),
                     cancellable);
}

static void
tls_input_finalize(GObject *object)
{
  core_unref(((TlsInput *)object)->core);
  G_OBJECT_CLASS(tls_input_parent_class)->finalize(object);
}

static void
tls_input_class_init(TlsInputClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = tls_input_finalize;
  G_INPUT_STREAM_CLASS(klass)->read_fn = tls_input_read;
}

static void
tls_input_init(TlsInput *self)
{
}

static void
input_iface_init(GPollableInputStreamInterface *iface)
{
  iface->is_readable = tls_input_is_readable;
  iface->create_source = tls_input_create_source;
  iface->read_nonblocking = tls_input_read_nonblocking;
}

static gssize
tls_output_write(GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable,
                 GError **error)
{
  return core_write(((TlsOutput *)stream)->core, buffer, count, error);
}

static GPollableReturn
return_of(gssize n, gsize *bytes_written, GError *problem, GError **error)
{
  *bytes_written = n > 0 ? (gsize)n : 0;
  if (problem == NULL)
    return G_POLLABLE_RETURN_OK;
  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
    g_error_free(problem);
    return G_POLLABLE_RETURN_WOULD_BLOCK;
  }
  g_propagate_error(error, problem);
  return G_POLLABLE_RETURN_FAILED;
}

static gssize
tls_output_write_nonblocking(GPollableOutputStream *stream, const void *buffer, gsize count,
                             GError **error)
{
  return core_write(((TlsOutput *)stream)->core, buffer, count, error);
}

/* One vector at a time: each becomes a record. */
static GPollableReturn
tls_output_writev_nonblocking(GPollableOutputStream *stream, const GOutputVector *vectors,
                              gsize n_vectors, gsize *bytes_written, GError **error)
{
  GError *problem = NULL;
  gssize n = 0;

  for (gsize i = 0; i < n_vectors && n == 0 && problem == NULL; i++)
    n = core_write(((TlsOutput *)stream)->core, vectors[i].buffer, vectors[i].size, &problem);
  return return_of(n, bytes_written, problem, error);
}

static gboolean
tls_output_is_writable(GPollableOutputStream *stream)
{
  Core *core = ((TlsOutput *)stream)->core;

  return g_socket_condition_check(core->socket, core->write_waits) != 0;
}

static GSource *
tls_output_create_source(GPollableOutputStream *stream, GCancellable *cancellable)
{
  Core *core = ((TlsOutput *)stream)->core;

  return wrap_source(stream, g_socket_create_source(core->socket, core->write_waits, NULL),
                     cancellable);
}

/* The other side may go on sending (RFC 8446 section 6.1). */
static gboolean
tls_output_close(GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  Core *core = ((TlsOutput *)stream)->core;

  say_good_bye(core);
  g_socket_shutdown(core->socket, FALSE, TRUE, NULL);
  return TRUE;
}

static void
tls_output_finalize(GObject *object)
{
  core_unref(((TlsOutput *)object)->core);
  G_OBJECT_CLASS(tls_output_parent_class)->finalize(object);
}

static void
tls_output_class_init(TlsOutputClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = tls_output_finalize;
  G_OUTPUT_STREAM_CLASS(klass)->write_fn = tls_output_write;
  G_OUTPUT_STREAM_CLASS(klass)->close_fn = tls_output_close;
}

static void
tls_output_init(TlsOutput *self)
{
}

static void
output_iface_init(GPollableOutputStreamInterface *iface)
{
  iface->is_writable = tls_output_is_writable;
  iface->create_source = tls_output_create_source;
  iface->write_nonblocking = tls_output_write_nonblocking;
  iface->writev_nonblocking = tls_output_writev_nonblocking;
}

static GInputStream *
bh_tls_stream_get_input_stream(GIOStream *stream)
{
  return BH_TLS_STREAM(stream)->input;
}

static GOutputStream *
bh_tls_stream_get_output_stream(GIOStream *stream)
{
  return BH_TLS_STREAM(stream)->output;
}

static gboolean
bh_tls_stream_close(GIOStream *stream, GCancellable *cancellable, GError **error)
{
  Core *core = BH_TLS_STREAM(stream)->core;

  say_good_bye(core);
  core->failed = TRUE;
  return g_socket_close(core->socket, error);
}

static void
bh_tls_stream_finalize(GObject *object)
{
  BhTlsStream *self = BH_TLS_STREAM(object);

  g_object_unref(self->input);
  g_object_unref(self->output);
  core_unref(self->core);
  G_OBJECT_CLASS(bh_tls_stream_parent_class)->finalize(object);
}

static void
bh_tls_stream_class_init(BhTlsStreamClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_tls_stream_finalize;
  G_IO_STREAM_CLASS(klass)->get_input_stream = bh_tls_stream_get_input_stream;
  G_IO_STREAM_CLASS(klass)->get_output_stream = bh_tls_stream_get_output_stream;
  G_IO_STREAM_CLASS(klass)->close_fn = bh_tls_stream_close;
}

static void
bh_tls_stream_init(BhTlsStream *self)
{
  TlsInput *input = g_object_new(tls_input_get_type(), NULL);
  TlsOutput *output = g_object_new(tls_output_get_type(), NULL);

  self->core = g_rc_box_new0(Core);
  self->core->read_waits = G_IO_IN;
  self->core->write_waits = G_IO_OUT;
  input->core = g_rc_box_acquire(self->core);
  output->core = g_rc_box_acquire(self->core);
  self->input = G_INPUT_STREAM(input);
  self->output = G_OUTPUT_STREAM(output);
}

BhTlsStream *
bh_tls_stream_new(SSL_CTX *context, GSocket *socket)
{
  BhTlsStream *self = g_object_new(BH_TYPE_TLS_STREAM, NULL);

  self->core->socket = g_object_ref(socket);
  self->core->ssl = SSL_new(context);
  /* GSocket has switched SIGPIPE off, so OpenSSL may write to the descriptor itself. */
  if (self->core->ssl == NULL || SSL_set_fd(self->core->ssl, g_socket_get_fd(socket)) != 1) {
    g_object_unref(self);
    return NULL;
  }
  return self;
}

BhTlsHandshake
bh_tls_stream_shake_hands(BhTlsStream *self)
{
  Core *core = self->core;
  g_autoptr(GError) error = NULL;
  int result;

  ERR_clear_error();
  result = SSL_accept(core->ssl);
  if (result == 1) {
    core->read_waits = G_IO_IN;
    return BH_TLS_HANDSHAKE_DONE;
  }
  explain(core, result, &core->read_waits, &error);
  return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? BH_TLS_HANDSHAKE_WAITS
                                                                    : BH_TLS_HANDSHAKE_FAILED;
}

GIOCondition
bh_tls_stream_get_wait(BhTlsStream *self)
{
  return self->core->read_waits;
}

/* Browsers offer HTTP/2 first; libsoup would need to be told, and pages of ours are few files. */
static int
on_protocols_offered(SSL *ssl, const guint8 **chosen, guint8 *chosen_length, const guint8 *offered,
                     unsigned int offered_length, void *user_data)
{
  static const guint8 ours[] = "\x08http/1.1";

  return SSL_select_next_proto((guint8 **)chosen, chosen_length, ours, sizeof ours - 1, offered,
                               offered_length) == OPENSSL_NPN_NEGOTIATED
             ? SSL_TLSEXT_ERR_OK
             : SSL_TLSEXT_ERR_NOACK;
}

SSL_CTX *
bh_tls_stream_make_context(BhCertificate *certificate, GError **error)
{
  g_autoptr(SSL_CTX) context = SSL_CTX_new(TLS_server_method());

  if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
      SSL_CTX_use_certificate(context, bh_certificate_get_x509(certificate)) != 1 ||
      SSL_CTX_use_PrivateKey(context, bh_certificate_get_key(certificate)) != 1 ||
      SSL_CTX_set1_chain(context, bh_certificate_get_chain(certificate)) != 1) {
    ERR_clear_error();
    g_set_error_literal(error, BH_CERTIFICATE_ERROR, BH_CERTIFICATE_ERROR_FAILED,
                        "The certificate cannot be used for https");
    return NULL;
  }
  /* HTTP and WebSocket tell their own end, so a bare end of TCP takes nothing away unnoticed. */
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, on_protocols_offered, NULL);
  return g_steal_pointer(&context);
}
