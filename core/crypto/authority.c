/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "authority.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "digest.h"
#include "secret-file.h"
#include "subject-names.h"
#include "x509-draft.h"

#define DAY_MS   (G_GINT64_CONSTANT(24) * 60 * 60 * 1000)
#define RENEW_MS (30 * DAY_MS)

/* 2026-01-01: no earlier time is real. A small computer that has just been switched on may believe
 * that it is 1970, and an authority of those days would have ended when its clock is set. */
#define EARLIEST_MS G_GINT64_CONSTANT(1767225600000)

struct _BhAuthority {
  BhCertificate *certificate;
  char *folder;
  char *title;
  char *pem;
  GBytes *der;
  guint8 fingerprint[BH_AUTHORITY_FINGERPRINT_BYTES];
};

G_DEFINE_QUARK(bh_authority_error_quark, bh_authority_error)

static gboolean
fail(GError **error)
{
  char reason[256];

  ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
  ERR_clear_error();
  g_set_error(error, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_FAILED,
              "No certificate could be made: %s", reason);
  return FALSE;
}

/* Writes a certificate's two files, the key first. */
static gboolean
write_pair(BhCertificate *certificate, const char *key_path, const char *path, GError **error)
{
  g_autofree char *key_pem = bh_certificate_key_to_pem(certificate);
  g_autofree char *pem = bh_certificate_to_pem(certificate);
  g_autoptr(GError) problem = NULL;
  gboolean done = bh_secret_file_write(key_path, key_pem, strlen(key_pem), &problem) &&
                  g_file_set_contents_full(
                      path, pem, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                      0644, &problem);

  bh_digest_wipe(key_pem, strlen(key_pem));
  if (!done)
    g_set_error(error, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_FILE, _("%s cannot be written: %s"),
                path, problem->message);
  return done;
}

static gboolean
read_file(const char *path, char **text, GError **error)
{
  g_autoptr(GError) problem = NULL;

  if (g_file_get_contents(path, text, NULL, &problem) ||
      g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  g_set_error(error, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_FILE, _("%s cannot be read: %s"), path,
              problem->message);
  return FALSE;
}

static BhCertificate *
refuse(const char *path, GError **error)
{
  g_set_error(
      error, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_FILE,
      _("%s is no certificate authority of this program, or is damaged. Nothing was changed: "
        "put a backup in its place; with another authority, every device would have to be "
        "made to trust this computer again."),
      path);
  return NULL;
}

/* @key: (transfer full) (nullable): of an authority whose making was cut off */
static BhCertificate *
make(EVP_PKEY *key, const char *hub_name, const char *const *host_names, gint64 now_ms,
     GError **error)
{
  X509 *x509;

  if (key == NULL)
    key = EVP_EC_gen("P-256");
  x509 =
      key != NULL ? bh_x509_draft_root(key, hub_name, host_names, MAX(now_ms, EARLIEST_MS)) : NULL;
  if (x509 != NULL)
    return bh_certificate_take(x509, key);
  EVP_PKEY_free(key);
  fail(error);
  return NULL;
}

static BhCertificate *
load(const char *key_path, const char *path, const char *hub_name, const char *const *host_names,
     gint64 now_ms, GError **error)
{
  g_autoptr(BhCertificate) certificate = NULL;
  g_autofree char *key_pem = NULL;
  g_autofree char *pem = NULL;

  if (!read_file(key_path, &key_pem, error) || !read_file(path, &pem, error))
    return NULL;
  if (key_pem != NULL && pem != NULL) {
    certificate = bh_certificate_parse(key_pem, pem, NULL);
    bh_digest_wipe(key_pem, strlen(key_pem));
    return certificate != NULL && X509_check_ca(bh_certificate_get_x509(certificate)) == 1
               ? g_steal_pointer(&certificate)
               : refuse(path, error);
  }
  if (pem != NULL)
    return refuse(key_path, error);
  if (key_pem != NULL) {
    EVP_PKEY *key = bh_certificate_parse_key(key_pem);

    /* The power went between the two files: nobody has seen the certificate yet. */
    bh_digest_wipe(key_pem, strlen(key_pem));
    if (key == NULL)
      return refuse(key_path, error);
    certificate = make(key, hub_name, host_names, now_ms, error);
  } else {
    certificate = make(NULL, hub_name, host_names, now_ms, error);
  }
  if (certificate == NULL || !write_pair(certificate, key_path, path, error))
    return NULL;
  return g_steal_pointer(&certificate);
}

static void
describe(BhAuthority *authority)
{
  X509 *x509 = bh_certificate_get_x509(authority->certificate);
  guint8 *der = NULL;
  int length = i2d_X509(x509, &der);
  guint8 digest[BH_DIGEST_BYTES];
  X509_NAME *subject = X509_get_subject_name(x509);
  int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  guint8 *title = NULL;

  g_assert(length > 0); /* it was read or made a moment ago */
  bh_digest_sha256(der, (gsize)length, digest);
  memcpy(authority->fingerprint, digest, sizeof authority->fingerprint);
  authority->der = g_bytes_new(der, (gsize)length);
  authority->pem = bh_certificate_to_pem(authority->certificate);
  OPENSSL_free(der);
  if (at >= 0)
    ASN1_STRING_to_UTF8(&title, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  authority->title = g_strdup(title != NULL ? (const char *)title : "Bellhop");
  OPENSSL_free(title);
}

BhAuthority *
bh_authority_open(const char *folder, const char *hub_name, const char *const *host_names,
                  gint64 now_ms, GError **error)
{
  g_autofree char *key_path = g_build_filename(folder, "authority.key", NULL);
  g_autofree char *path = g_build_filename(folder, "authority.crt", NULL);
  BhCertificate *certificate = NULL;
  BhAuthority *authority;

  for (gsize i = 0; host_names[i] != NULL; i++)
    if (!bh_subject_names_is_host_name(host_names[i])) {
      g_set_error(error, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_NAME, _("“%s” is no host name."),
                  host_names[i]);
      return NULL;
    }
  certificate = load(key_path, path, hub_name, host_names, now_ms, error);
  if (certificate == NULL)
    return NULL;
  authority = g_atomic_rc_box_new0(BhAuthority);
  authority->certificate = certificate;
  authority->folder = g_strdup(folder);
  describe(authority);
  return authority;
}

static void
clear(gpointer data)
{
  BhAuthority *authority = data;

  bh_certificate_unref(authority->certificate);
  g_free(authority->folder);
  g_free(authority->title);
  g_free(authority->pem);
  g_bytes_unref(authority->der);
}

BhAuthority *
bh_authority_ref(BhAuthority *authority)
{
  return g_atomic_rc_box_acquire(authority);
}

void
bh_authority_unref(BhAuthority *authority)
{
  g_atomic_rc_box_release_full(authority, clear);
}

GBytes *
bh_authority_get_der(BhAuthority *authority)
{
  return authority->der;
}

const char *
bh_authority_get_pem(BhAuthority *authority)
{
  return authority->pem;
}

const char *
bh_authority_get_title(BhAuthority *authority)
{
  return authority->title;
}

const guint8 *
bh_authority_get_fingerprint(BhAuthority *authority)
{
  return authority->fingerprint;
}

/* Asks OpenSSL itself, with a certificate that has this one name: what clients will do. */
static gboolean
permits(BhAuthority *authority, const char *const *names, const char *const *addresses)
{
  GENERAL_NAMES *wanted = bh_subject_names_new(names, addresses, NULL);
  NAME_CONSTRAINTS *constraints = X509_get_ext_d2i(bh_certificate_get_x509(authority->certificate),
                                                   NID_name_constraints, NULL, NULL);
  X509 *probe = X509_new();
  gboolean permitted = wanted != NULL && constraints != NULL && probe != NULL &&
                       X509_add1_ext_i2d(probe, NID_subject_alt_name, wanted, 0, 0) == 1 &&
                       X509_check_purpose(probe, -1, 0) >= -1 && /* reads the extension */
                       NAME_CONSTRAINTS_check(probe, constraints) == X509_V_OK;

  X509_free(probe);
  NAME_CONSTRAINTS_free(constraints);
  GENERAL_NAMES_free(wanted);
  return permitted;
}

gboolean
bh_authority_permits_name(BhAuthority *authority, const char *name)
{
  const char *const names[] = {name, NULL};
  const char *const none[] = {NULL};

  return permits(authority, names, none);
}

gboolean
bh_authority_permits_address(BhAuthority *authority, const char *address)
{
  const char *const addresses[] = {address, NULL};
  const char *const none[] = {NULL};

  return permits(authority, none, addresses);
}

BhCertificate *
bh_authority_issue(BhAuthority *authority, const char *const *names, const char *const *addresses,
                   gint64 now_ms, GError **error)
{
  const char *culprit = "";
  GENERAL_NAMES *wanted = bh_subject_names_new(names, addresses, &culprit);
  EVP_PKEY *key;
  X509 *leaf;

  if (wanted == NULL) {
    g_set_error(error, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_NAME,
                _("“%s” is no host name and no address."), culprit);
    return NULL;
  }
  key = EVP_EC_gen("P-256");
  leaf = key != NULL
             ? bh_x509_draft_leaf(key, wanted, authority->certificate, MAX(now_ms, EARLIEST_MS))
             : NULL;
  GENERAL_NAMES_free(wanted);
  if (leaf != NULL)
    return bh_certificate_take(leaf, key);
  EVP_PKEY_free(key);
  fail(error);
  return NULL;
}

static gboolean
has_exactly(X509 *leaf, const char *const *names, const char *const *addresses)
{
  GENERAL_NAMES *wanted = bh_subject_names_new(names, addresses, NULL);
  GENERAL_NAMES *has = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
  gboolean same = wanted != NULL && has != NULL && bh_subject_names_equal(wanted, has);

  GENERAL_NAMES_free(wanted);
  GENERAL_NAMES_free(has);
  return same;
}

gboolean
bh_authority_needs_renewal(BhAuthority *authority, BhCertificate *leaf, const char *const *names,
                           const char *const *addresses, gint64 now_ms)
{
  X509 *x509 = bh_certificate_get_x509(leaf);
  X509 *root = bh_certificate_get_x509(authority->certificate);
  time_t now = (time_t)(MAX(now_ms, EARLIEST_MS) / 1000);
  time_t soon = now + RENEW_MS / 1000;

  return X509_verify(x509, X509_get0_pubkey(root)) != 1 ||
         X509_cmp_time(X509_get0_notBefore(x509), &now) >= 0 ||
         X509_cmp_time(X509_get0_notAfter(x509), &soon) <= 0 ||
         !has_exactly(x509, names, addresses);
}

/* @more: what this computer is always called by itself. Returns: (transfer container) */
static GPtrArray *
keep_permitted(BhAuthority *authority, const char *const *texts, const char *const *more,
               gboolean (*permitted)(BhAuthority *, const char *))
{
  GPtrArray *kept = g_ptr_array_new();

  for (gsize i = 0; more[i] != NULL; i++)
    g_ptr_array_add(kept, (gpointer)more[i]);
  for (gsize i = 0; texts[i] != NULL; i++)
    if (!g_strv_contains(more, texts[i]) && permitted(authority, texts[i]))
      g_ptr_array_add(kept, (gpointer)texts[i]);
  g_ptr_array_add(kept, NULL);
  return kept;
}

static BhCertificate *
read_leaf(const char *key_path, const char *path)
{
  g_autofree char *key_pem = NULL;
  g_autofree char *pem = NULL;
  BhCertificate *leaf;

  if (!g_file_get_contents(key_path, &key_pem, NULL, NULL) ||
      !g_file_get_contents(path, &pem, NULL, NULL))
    return NULL;
  leaf = bh_certificate_parse(key_pem, pem, NULL);
  bh_digest_wipe(key_pem, strlen(key_pem));
  return leaf;
}

BhCertificate *
bh_authority_serve(BhAuthority *authority, const char *const *names, const char *const *addresses,
                   gint64 now_ms, GError **error)
{
  static const char *const own_names[] = {"localhost", NULL};
  static const char *const own_addresses[] = {"127.0.0.1", "::1", NULL};
  g_autofree char *key_path = g_build_filename(authority->folder, "leaf.key", NULL);
  g_autofree char *path = g_build_filename(authority->folder, "leaf.crt", NULL);
  g_autoptr(GPtrArray) kept_names =
      keep_permitted(authority, names, own_names, bh_authority_permits_name);
  g_autoptr(GPtrArray) kept_addresses =
      keep_permitted(authority, addresses, own_addresses, bh_authority_permits_address);
  const char *const *all_names = (const char *const *)kept_names->pdata;
  const char *const *all_addresses = (const char *const *)kept_addresses->pdata;
  g_autoptr(BhCertificate) leaf = read_leaf(key_path, path);

  /* Unlike the authority a leaf is trusted by nobody as itself: a damaged one is just replaced. */
  if (leaf != NULL &&
      !bh_authority_needs_renewal(authority, leaf, all_names, all_addresses, now_ms))
    return g_steal_pointer(&leaf);
  g_clear_pointer(&leaf, bh_certificate_unref);
  leaf = bh_authority_issue(authority, all_names, all_addresses, now_ms, error);
  if (leaf == NULL || !write_pair(leaf, key_path, path, error))
    return NULL;
  return g_steal_pointer(&leaf);
}
