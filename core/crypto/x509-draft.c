/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "x509-draft.h"

#include "digest.h"
#include "subject-names.h"

#define DAY_MS   (G_GINT64_CONSTANT(24) * 60 * 60 * 1000)
#define YEARS_MS (10 * 365 * DAY_MS)
#define LEAF_MS  (90 * DAY_MS)

/* RFC 5280 appendix A.1, ub-common-name. */
#define MAX_TITLE_CHARS 64

/* Addresses that belong to nobody (RFC 1918, 3927, 4193, 4291, 6598): what a hub may have. */
static const char *const permitted_addresses[] = {
    "10.0.0.0/255.0.0.0",
    "172.16.0.0/255.240.0.0",
    "192.168.0.0/255.255.0.0",
    "169.254.0.0/255.255.0.0",
    "100.64.0.0/255.192.0.0",
    "127.0.0.0/255.0.0.0",
    "fc00::/fe00::",
    "fe80::/ffc0::",
    "::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

/* Adds an extension in the notation of openssl.cnf. */
static gboolean
add_extension(X509 *x509, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;
  gboolean added;

  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
  added = extension != NULL && X509_add_ext(x509, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

static gboolean
permit(NAME_CONSTRAINTS *constraints, GENERAL_NAME *name)
{
  GENERAL_SUBTREE *tree = name != NULL ? GENERAL_SUBTREE_new() : NULL;

  if (tree == NULL || sk_GENERAL_SUBTREE_push(constraints->permittedSubtrees, tree) == 0) {
    GENERAL_NAME_free(name);
    GENERAL_SUBTREE_free(tree);
    return FALSE;
  }
  GENERAL_NAME_free(tree->base);
  tree->base = name;
  return TRUE;
}

static gboolean
add_constraints(X509 *x509, const char *const *host_names)
{
  NAME_CONSTRAINTS *constraints = NAME_CONSTRAINTS_new();
  gboolean done = constraints != NULL &&
                  (constraints->permittedSubtrees = sk_GENERAL_SUBTREE_new_null()) != NULL &&
                  permit(constraints, bh_subject_names_make_dns("localhost"));

  for (gsize i = 0; done && host_names[i] != NULL; i++)
    done = permit(constraints, bh_subject_names_make_dns(host_names[i]));
  for (gsize i = 0; done && i < G_N_ELEMENTS(permitted_addresses); i++)
    done = permit(constraints, bh_subject_names_make_range(permitted_addresses[i]));
  done = done && X509_add1_ext_i2d(x509, NID_name_constraints, constraints, 1, 0) == 1;
  NAME_CONSTRAINTS_free(constraints);
  return done;
}

static gboolean
add_entry(X509 *x509, const char *kind, const char *text)
{
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), kind, MBSTRING_UTF8,
                                    (const guint8 *)text, -1, -1, 0) == 1;
}

static gboolean
set_time(X509 *x509, gint64 from_ms, gint64 to_ms)
{
  return ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)(from_ms / 1000)) != NULL &&
         ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)(to_ms / 1000)) != NULL;
}

/* Two hubs of one name are two subjects: some programs look an issuer up by its subject alone. */
static gboolean
set_subject(X509 *x509, EVP_PKEY *key, const char *title)
{
  g_autofree char *mark = NULL;
  guint8 *der = NULL;
  guint8 digest[BH_DIGEST_BYTES];
  int length = i2d_PUBKEY(key, &der);

  if (length <= 0)
    return FALSE;
  bh_digest_sha256(der, (gsize)length, digest);
  OPENSSL_free(der);
  mark = g_strdup_printf("%02X%02X%02X%02X", digest[0], digest[1], digest[2], digest[3]);
  return add_entry(x509, "CN", title) && add_entry(x509, "OU", mark) &&
         X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1;
}

X509 *
bh_x509_draft_root(EVP_PKEY *key, const char *hub_name, const char *const *host_names,
                   gint64 now_ms)
{
  g_autofree char *valid_name = g_utf8_make_valid(hub_name, -1);
  g_autofree char *whole = g_strconcat("Bellhop at ", valid_name, NULL);
  g_autofree char *title =
      g_utf8_substring(whole, 0, MIN(g_utf8_strlen(whole, -1), MAX_TITLE_CHARS));
  X509 *x509 = X509_new();

  if (x509 != NULL && X509_set_version(x509, X509_VERSION_3) && bh_certificate_number(x509) &&
      set_subject(x509, key, title) && set_time(x509, now_ms - DAY_MS, now_ms + YEARS_MS) &&
      X509_set_pubkey(x509, key) &&
      add_extension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(x509, x509, NID_subject_key_identifier, "hash") &&
      add_constraints(x509, host_names) && X509_sign(x509, key, EVP_sha256()) > 0)
    return x509;
  X509_free(x509);
  return NULL;
}

static gboolean
sign_leaf(X509 *leaf, EVP_PKEY *key, GENERAL_NAMES *names, BhCertificate *authority, gint64 now_ms)
{
  X509 *root = bh_certificate_get_x509(authority);

  return X509_set_version(leaf, X509_VERSION_3) && bh_certificate_number(leaf) &&
         add_entry(leaf, "O", "Bellhop") &&
         X509_set_issuer_name(leaf, X509_get_subject_name(root)) &&
         set_time(leaf, now_ms - DAY_MS, now_ms + LEAF_MS) && X509_set_pubkey(leaf, key) &&
         add_extension(leaf, root, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(leaf, root, NID_key_usage, "critical,digitalSignature") &&
         add_extension(leaf, root, NID_ext_key_usage, "serverAuth") &&
         add_extension(leaf, root, NID_subject_key_identifier, "hash") &&
         add_extension(leaf, root, NID_authority_key_identifier, "keyid:always") &&
         X509_add1_ext_i2d(leaf, NID_subject_alt_name, names, 0, 0) == 1 &&
         X509_sign(leaf, bh_certificate_get_key(authority), EVP_sha256()) > 0;
}

X509 *
bh_x509_draft_leaf(EVP_PKEY *key, GENERAL_NAMES *names, BhCertificate *authority, gint64 now_ms)
{
  X509 *leaf = X509_new();

  if (leaf != NULL && sign_leaf(leaf, key, names, authority, now_ms))
    return leaf;
  X509_free(leaf);
  return NULL;
}
