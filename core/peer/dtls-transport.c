/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "dtls-transport.h"

#include <gio/gio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

/*
 * OpenSSL sees the network through a BIO whose read hands it the one datagram at hand and whose
 * write is one datagram down. Nothing here blocks: a read without a datagram says "retry", and the
 * retransmission timer of a flight is a source of the main loop.
 */

/* Fits the smallest MTU of IPv6 (1,280 less 40 for IP) and what VPNs leave. */
#define MTU_BYTES 1240

/* RFC 6347 section 4.2.4.1 says 1 s, and allows less where the path is known to be short. Twelve
 * retransmissions (OpenSSL's own bound) then last for 22 s. */
#define FIRST_TIMEOUT_US (50 * 1000)
#define LAST_TIMEOUT_US  (3200 * 1000)

/* The largest payload of a record (RFC 6347 section 4.1). */
#define MAX_RECORD_BYTES 16384

/* RFC 7983: which first bytes are DTLS. */
#define FIRST_BYTE_MIN 20
#define FIRST_BYTE_MAX 63

#define CIPHERS                                                                                    \
  "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"                                     \
  "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"                                     \
  "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"                                     \
  "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA"

/* One for all transports that are there with the same certificate: about 15 KiB, and a tenth of a
 * millisecond to make. */
typedef struct {
  SSL_CTX *ssl;
  BhCertificate *certificate; /* referenced */
  guint n_users;
} Context;

struct _BhDtlsTransport {
  BhTransport parent_instance;

  BhTransport *lower;
  Context *context;
  SSL *ssl;
  const guint8 *datagram; /* (nullable): at hand for the BIO; borrowed */
  gsize datagram_length;
  GQueue early; /* of GBytes */
  gsize early_bytes;
  const char *hash; /* (nullable): static */
  GPtrArray *fingerprints;
  gboolean is_client;
  gboolean is_started;    /* bh_dtls_transport_start() was called */
  gboolean is_shaking;    /* the handshake has begun */
  gboolean is_mismatched; /* the certificate was not the announced one */
  gboolean is_closed;
  guint depth;         /* of calls into OpenSSL: it is not re-entered */
  GSource *retransmit; /* (nullable) */
  GSource *deadline;   /* (nullable) */
};

G_DEFINE_FINAL_TYPE(BhDtlsTransport, bh_dtls_transport, BH_TYPE_TRANSPORT)
G_DEFINE_QUARK(bh_dtls_error_quark, bh_dtls_error)

static BIO_METHOD *bio_method;
static int ssl_index;           /* ex_data of an SSL: its BhDtlsTransport */
static Context *latest_context; /* (nullable): borrowed from its users */

static void update_timer(BhDtlsTransport *self);

static void
clear_source(GSource **source)
{
  if (*source != NULL) {
    g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
  }
}

static void
set_timer(GSource **source, guint interval_ms, const char *name, GSourceFunc callback,
          gpointer data)
{
  clear_source(source);
  *source = g_timeout_source_new(interval_ms);
  g_source_set_static_name(*source, name);
  g_source_set_callback(*source, callback, data, NULL);
  g_source_attach(*source, g_main_context_get_thread_default());
}

static int
bio_read(BIO *bio, char *out, int size)
{
  BhDtlsTransport *self = BIO_get_data(bio);
  gsize length;

  BIO_clear_retry_flags(bio);
  if (self->datagram == NULL || size <= 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  length = MIN(self->datagram_length, (gsize)size);
  memcpy(out, self->datagram, length);
  self->datagram = NULL;
  return (int)length;
}

static int
bio_write(BIO *bio, const char *data, int length)
{
  BhDtlsTransport *self = BIO_get_data(bio);

  BIO_clear_retry_flags(bio);
  if (length <= 0)
    return 0;
  /* What is not taken is lost like any other datagram; a flight has its timer. */
  bh_transport_send(self->lower, (const guint8 *)data, (gsize)length);
  return length;
}

static long
bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
  switch (command) {
  case BIO_CTRL_FLUSH:
    return 1;
  case BIO_CTRL_DGRAM_QUERY_MTU:
  case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
    return MTU_BYTES;
  default:
    return 0;
  }
}

static int
bio_create(BIO *bio)
{
  BIO_set_init(bio, 1);
  return 1;
}

static unsigned int
next_timeout_us(SSL *ssl, unsigned int timeout_us)
{
  return timeout_us == 0 ? FIRST_TIMEOUT_US : MIN(2 * timeout_us, LAST_TIMEOUT_US);
}

static gboolean
is_announced(BhDtlsTransport *self, X509 *x509)
{
  const EVP_MD *method = g_str_equal(self->hash, "sha-256")   ? EVP_sha256()
                         : g_str_equal(self->hash, "sha-384") ? EVP_sha384()
                                                              : EVP_sha512();
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  g_autoptr(GString) text = g_string_new(NULL);

  if (x509 == NULL || !X509_digest(x509, method, digest, &length))
    return FALSE;
  for (unsigned int i = 0; i < length; i++)
    g_string_append_printf(text, i == 0 ? "%02X" : ":%02X", digest[i]);
  for (guint i = 0; i < self->fingerprints->len; i++)
    if (g_str_equal(self->fingerprints->pdata[i], text->str))
      return TRUE;
  return FALSE;
}

/* Stands in for OpenSSL's own check of a chain: nobody vouches for these certificates, and their
 * dates mean nothing (RFC 8827 section 6.5). */
static int
verify_certificate(X509_STORE_CTX *store, void *unused)
{
  SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
  BhDtlsTransport *self = SSL_get_ex_data(ssl, ssl_index);

  if (is_announced(self, X509_STORE_CTX_get0_cert(store))) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  self->is_mismatched = TRUE;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

static void
fail(BhDtlsTransport *self, BhDtlsError code, const char *message)
{
  clear_source(&self->retransmit);
  clear_source(&self->deadline);
  bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_FAILED,
                         g_error_new_literal(BH_DTLS_ERROR, (gint)code, message));
}

static void
fail_by_openssl(BhDtlsTransport *self)
{
  g_autofree char *message = NULL;
  char reason[160] = "no reason given";
  unsigned long code = ERR_peek_last_error();

  if (code != 0)
    ERR_error_string_n(code, reason, sizeof reason);
  ERR_clear_error();
  if (self->is_mismatched) {
    fail(self, BH_DTLS_ERROR_FINGERPRINT,
         "The other side's certificate is not the one its description announces");
    return;
  }
  message = g_strdup_printf("The DTLS handshake failed: %s", reason);
  fail(self, BH_DTLS_ERROR_HANDSHAKE, message);
}

static gboolean
is_live(BhDtlsTransport *self)
{
  BhTransportState state = bh_transport_get_state(BH_TRANSPORT(self));

  return !self->is_closed && state != BH_TRANSPORT_FAILED && state != BH_TRANSPORT_CLOSED;
}

static void
shake_hands(BhDtlsTransport *self)
{
  int result;

  ERR_clear_error();
  self->depth++;
  result = SSL_do_handshake(self->ssl);
  self->depth--;
  if (!is_live(self))
    return;
  if (result == 1) {
    /* Once more, should a resumed session ever have passed over the callback. */
    if (!is_announced(self, SSL_get0_peer_certificate(self->ssl))) {
      self->is_mismatched = TRUE;
      fail_by_openssl(self);
      return;
    }
    clear_source(&self->deadline);
    update_timer(self);
    bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_CONNECTED, NULL);
    return;
  }
  result = SSL_get_error(self->ssl, result);
  if (result == SSL_ERROR_WANT_READ || result == SSL_ERROR_WANT_WRITE)
    update_timer(self);
  else
    fail_by_openssl(self);
}

/* SSL_get_error() would take what others have left for this connection's. ERR_clear_error() clears
 * all the places for errors, whether there are any or not. */
static void
forget_errors(void)
{
  if (ERR_peek_error() != 0)
    ERR_clear_error();
}

/* Hands up every record of the datagram at hand. */
static void
read_records(BhDtlsTransport *self)
{
  while (is_live(self)) {
    guint8 record[MAX_RECORD_BYTES]; /* not a member: delivering may come back here */
    int length;

    forget_errors();
    self->depth++;
    length = SSL_read(self->ssl, record, sizeof record);
    self->depth--;
    if (!is_live(self))
      return;
    if (length > 0) {
      bh_transport_deliver(BH_TRANSPORT(self), record, (gsize)length);
      continue;
    }
    length = SSL_get_error(self->ssl, length);
    if (length == SSL_ERROR_ZERO_RETURN) {
      fail(self, BH_DTLS_ERROR_CLOSED, "The other side closed the connection");
    } else if (length == SSL_ERROR_SSL) {
      /* DTLS drops records that do not authenticate; what ends up here was a fatal alert. */
      fail(self, BH_DTLS_ERROR_CLOSED, "The other side broke off the connection");
    } else {
      update_timer(self); /* a Finished of ours was asked for again */
    }
    return;
  }
}

static void
take_datagram(BhDtlsTransport *self, const guint8 *data, gsize length)
{
  if (self->depth > 0)
    return; /* sent from within OpenSSL to ourselves: cannot be answered now, so it is lost */
  self->datagram = data;
  self->datagram_length = length;
  if (bh_transport_get_state(BH_TRANSPORT(self)) != BH_TRANSPORT_CONNECTED)
    shake_hands(self);
  /* A datagram may hold the last of the handshake and the first of the data. */
  if (is_live(self) && bh_transport_get_state(BH_TRANSPORT(self)) == BH_TRANSPORT_CONNECTED)
    read_records(self);
  self->datagram = NULL;
}

static void
keep_early(BhDtlsTransport *self, const guint8 *data, gsize length)
{
  if (self->early_bytes + length > BH_DTLS_MAX_EARLY_BYTES)
    return;
  g_queue_push_tail(&self->early, g_bytes_new(data, length));
  self->early_bytes += length;
}

static void
on_received(const guint8 *data, gsize length, gpointer user_data)
{
  g_autoptr(BhDtlsTransport) self = g_object_ref(user_data);

  if (!is_live(self) || length == 0 || data[0] < FIRST_BYTE_MIN || data[0] > FIRST_BYTE_MAX)
    return;
  if (self->is_shaking)
    take_datagram(self, data, length);
  else
    keep_early(self, data, length);
}

static gboolean
on_retransmit(gpointer data)
{
  g_autoptr(BhDtlsTransport) self = g_object_ref(data);
  long result;

  clear_source(&self->retransmit);
  ERR_clear_error();
  self->depth++;
  result = DTLSv1_handle_timeout(self->ssl);
  self->depth--;
  if (!is_live(self))
    return G_SOURCE_REMOVE;
  if (result < 0)
    fail(self, BH_DTLS_ERROR_HANDSHAKE, "The other side does not answer the DTLS handshake");
  else
    update_timer(self);
  return G_SOURCE_REMOVE;
}

static void
update_timer(BhDtlsTransport *self)
{
  struct timeval left;

  if (!DTLSv1_get_timeout(self->ssl, &left)) {
    clear_source(&self->retransmit);
    return;
  }
  /* Rounded up: a turn too early would find nothing to send. */
  set_timer(&self->retransmit, (guint)(left.tv_sec * 1000 + (left.tv_usec + 999) / 1000),
            "BhDtlsTransport retransmission", on_retransmit, self);
}

static gboolean
on_deadline(gpointer data)
{
  BhDtlsTransport *self = data;

  clear_source(&self->deadline);
  fail(self, BH_DTLS_ERROR_HANDSHAKE, "The DTLS handshake did not end in time");
  return G_SOURCE_REMOVE;
}

static void
begin_when_ready(BhDtlsTransport *self)
{
  GBytes *early;

  if (!self->is_started || self->is_shaking || !is_live(self) ||
      bh_transport_get_state(self->lower) != BH_TRANSPORT_CONNECTED)
    return;
  self->is_shaking = TRUE;
  set_timer(&self->deadline, BH_DTLS_HANDSHAKE_SECONDS * 1000, "BhDtlsTransport deadline",
            on_deadline, self);
  bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_CONNECTING, NULL);
  if (is_live(self))
    shake_hands(self); /* the client's first flight */
  while ((early = g_queue_pop_head(&self->early)) != NULL) {
    gsize length;
    const guint8 *data = g_bytes_get_data(early, &length);

    if (is_live(self))
      take_datagram(self, data, length);
    g_bytes_unref(early);
  }
  self->early_bytes = 0;
}

static void
on_lower_state_changed(BhTransport *lower, BhTransportState state, BhDtlsTransport *self)
{
  g_autoptr(BhDtlsTransport) alive = g_object_ref(self);

  if (state == BH_TRANSPORT_CONNECTED)
    begin_when_ready(alive);
}

static SSL_CTX *
make_ssl_context(BhCertificate *certificate)
{
  SSL_CTX *context = SSL_CTX_new(DTLS_method());

  if (context == NULL || !SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) ||
      SSL_CTX_use_certificate(context, bh_certificate_get_x509(certificate)) != 1 ||
      SSL_CTX_use_PrivateKey(context, bh_certificate_get_key(certificate)) != 1 ||
      SSL_CTX_set_cipher_list(context, CIPHERS) != 1 ||
      /* No media flows, but some peers refuse a handshake without it. 0 is success here. */
      SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AES128_CM_SHA1_80") != 0) {
    SSL_CTX_free(context);
    return NULL;
  }
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  SSL_CTX_set_cert_verify_callback(context, verify_certificate, NULL);
  return context;
}

/* Returns: (nullable): to be given back with release_context() */
static Context *
use_context(BhCertificate *certificate)
{
  Context *context = latest_context;
  SSL_CTX *ssl;

  if (context == NULL || context->certificate != certificate) {
    ssl = make_ssl_context(certificate);
    if (ssl == NULL)
      return NULL;
    context = g_new0(Context, 1);
    context->ssl = ssl;
    context->certificate = bh_certificate_ref(certificate);
    latest_context = context;
  }
  context->n_users++;
  return context;
}

static void
release_context(Context *context)
{
  if (--context->n_users > 0)
    return;
  if (latest_context == context)
    latest_context = NULL;
  SSL_CTX_free(context->ssl);
  bh_certificate_unref(context->certificate);
  g_free(context);
}

static gboolean
set_up(BhDtlsTransport *self, BhCertificate *certificate)
{
  BIO *bio;

  self->context = use_context(certificate);
  if (self->context == NULL)
    return FALSE;
  self->ssl = SSL_new(self->context->ssl);
  bio = BIO_new(bio_method);
  if (self->ssl == NULL || bio == NULL || !SSL_set_ex_data(self->ssl, ssl_index, self)) {
    BIO_free(bio);
    return FALSE;
  }
  BIO_set_data(bio, self);
  SSL_set_bio(self->ssl, bio, bio);
  SSL_set_mtu(self->ssl, MTU_BYTES);
  DTLS_set_timer_cb(self->ssl, next_timeout_us);
  return TRUE;
}

static gboolean
bh_dtls_transport_send(BhTransport *transport, const guint8 *data, gsize length)
{
  BhDtlsTransport *self = BH_DTLS_TRANSPORT(transport);
  int written;

  if (!is_live(self) || bh_transport_get_state(transport) != BH_TRANSPORT_CONNECTED ||
      length == 0 || length > MAX_RECORD_BYTES)
    return FALSE;
  self->depth++;
  written = SSL_write(self->ssl, data, (int)length);
  self->depth--;
  if (written == (int)length)
    return TRUE;
  ERR_clear_error(); /* not before each record: it costs 3 % of a transfer */
  return FALSE;
}

static void
bh_dtls_transport_cork(BhTransport *transport)
{
  bh_transport_cork(BH_DTLS_TRANSPORT(transport)->lower);
}

static void
bh_dtls_transport_uncork(BhTransport *transport)
{
  bh_transport_uncork(BH_DTLS_TRANSPORT(transport)->lower);
}

static void
bh_dtls_transport_close(BhTransport *transport)
{
  BhDtlsTransport *self = BH_DTLS_TRANSPORT(transport);

  if (self->is_closed)
    return;
  if (self->is_shaking && self->depth == 0 && is_live(self)) {
    ERR_clear_error();
    SSL_shutdown(self->ssl); /* close_notify, once */
    ERR_clear_error();
  }
  self->is_closed = TRUE;
  clear_source(&self->retransmit);
  clear_source(&self->deadline);
  bh_transport_set_receiver(self->lower, NULL, NULL);
  g_signal_handlers_disconnect_by_data(self->lower, self);
  g_queue_clear_full(&self->early, (GDestroyNotify)g_bytes_unref);
  bh_transport_set_state(transport, BH_TRANSPORT_CLOSED, NULL);
}

static void
bh_dtls_transport_dispose(GObject *object)
{
  BhDtlsTransport *self = BH_DTLS_TRANSPORT(object);

  if (self->lower != NULL)
    bh_dtls_transport_close(BH_TRANSPORT(self));
  g_clear_object(&self->lower);
  G_OBJECT_CLASS(bh_dtls_transport_parent_class)->dispose(object);
}

static void
bh_dtls_transport_finalize(GObject *object)
{
  BhDtlsTransport *self = BH_DTLS_TRANSPORT(object);

  SSL_free(self->ssl);
  g_clear_pointer(&self->context, release_context);
  g_clear_pointer(&self->fingerprints, g_ptr_array_unref);
  G_OBJECT_CLASS(bh_dtls_transport_parent_class)->finalize(object);
}

static void
bh_dtls_transport_class_init(BhDtlsTransportClass *klass)
{
  BhTransportClass *transport_class = BH_TRANSPORT_CLASS(klass);
  GObjectClass *object_class = G_OBJECT_CLASS(klass);

  transport_class->send = bh_dtls_transport_send;
  transport_class->close = bh_dtls_transport_close;
  transport_class->cork = bh_dtls_transport_cork;
  transport_class->uncork = bh_dtls_transport_uncork;
  object_class->dispose = bh_dtls_transport_dispose;
  object_class->finalize = bh_dtls_transport_finalize;

  bio_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bellhop-datagram");
  BIO_meth_set_read(bio_method, bio_read);
  BIO_meth_set_write(bio_method, bio_write);
  BIO_meth_set_ctrl(bio_method, bio_ctrl);
  BIO_meth_set_create(bio_method, bio_create);
  ssl_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

static void
bh_dtls_transport_init(BhDtlsTransport *self)
{
  g_queue_init(&self->early);
}

BhDtlsTransport *
bh_dtls_transport_new(BhTransport *lower, BhCertificate *certificate, GError **error)
{
  g_autoptr(BhDtlsTransport) self = g_object_new(BH_TYPE_DTLS_TRANSPORT, NULL);

  self->lower = g_object_ref(lower);
  if (!set_up(self, certificate)) {
    char reason[160];

    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    g_set_error(error, BH_DTLS_ERROR, BH_DTLS_ERROR_HANDSHAKE, "DTLS could not be set up: %s",
                reason);
    return NULL;
  }
  bh_transport_set_receiver(lower, on_received, self);
  g_signal_connect_object(lower, "state-changed", G_CALLBACK(on_lower_state_changed), self, 0);
  return g_steal_pointer(&self);
}

void
bh_dtls_transport_start(BhDtlsTransport *self, gboolean is_client, const char *hash,
                        GPtrArray *fingerprints)
{
  g_autoptr(BhDtlsTransport) alive = g_object_ref(self);

  g_return_if_fail(!self->is_started);

  if (!is_live(self))
    return;
  self->is_started = TRUE;
  self->is_client = is_client;
  self->hash = hash;
  self->fingerprints = g_ptr_array_ref(fingerprints);
  if (is_client)
    SSL_set_connect_state(self->ssl);
  else
    SSL_set_accept_state(self->ssl);
  begin_when_ready(alive);
}

gboolean
bh_dtls_transport_is_client(BhDtlsTransport *self)
{
  return self->is_client;
}
