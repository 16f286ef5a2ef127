/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "subject-names.h"

#include <openssl/err.h>
#include <string.h>

/* RFC 1035 section 2.3.4. */
#define MAX_NAME_BYTES 253

gboolean
bh_subject_names_is_host_name(const char *text)
{
  gsize length = strlen(text);

  return length > 0 && length <= MAX_NAME_BYTES && g_ascii_isalnum(text[0]) &&
         g_ascii_isalnum(text[length - 1]) && strstr(text, "..") == NULL &&
         strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == length;
}

/* @value: (transfer full) (nullable) */
static GENERAL_NAME *
take_value(int type, ASN1_STRING *value)
{
  GENERAL_NAME *name = value != NULL ? GENERAL_NAME_new() : NULL;

  if (name == NULL) {
    ASN1_STRING_free(value);
    ERR_clear_error(); /* of a text that is no address */
    return NULL;
  }
  GENERAL_NAME_set0_value(name, type, value);
  return name;
}

GENERAL_NAME *
bh_subject_names_make_dns(const char *name)
{
  g_autofree char *lower = g_ascii_strdown(name, -1);
  ASN1_IA5STRING *value = ASN1_IA5STRING_new();

  if (value != NULL && ASN1_STRING_set(value, lower, -1) != 1)
    g_clear_pointer(&value, ASN1_IA5STRING_free);
  return take_value(GEN_DNS, value);
}

GENERAL_NAME *
bh_subject_names_make_range(const char *range)
{
  return take_value(GEN_IPADD, a2i_IPADDRESS_NC(range));
}

static gboolean
push(GENERAL_NAMES *list, GENERAL_NAME *name)
{
  if (name != NULL && sk_GENERAL_NAME_push(list, name) > 0)
    return TRUE;
  GENERAL_NAME_free(name);
  return FALSE;
}

static gboolean
add_all(GENERAL_NAMES *list, const char *const *names, const char *const *addresses,
        const char **culprit)
{
  for (gsize i = 0; names[i] != NULL; i++) {
    *culprit = names[i];
    if (!bh_subject_names_is_host_name(names[i]) ||
        !push(list, bh_subject_names_make_dns(names[i])))
      return FALSE;
  }
  for (gsize i = 0; addresses[i] != NULL; i++) {
    *culprit = addresses[i];
    if (!push(list, take_value(GEN_IPADD, a2i_IPADDRESS(addresses[i]))))
      return FALSE;
  }
  return TRUE;
}

GENERAL_NAMES *
bh_subject_names_new(const char *const *names, const char *const *addresses, const char **culprit)
{
  const char *unused;
  GENERAL_NAMES *list = sk_GENERAL_NAME_new_null();

  if (list != NULL && add_all(list, names, addresses, culprit != NULL ? culprit : &unused))
    return list;
  GENERAL_NAMES_free(list);
  return NULL;
}

/* Returns: (transfer full): what stands in @list, as a set of texts */
static GHashTable *
to_set(const GENERAL_NAMES *list)
{
  GHashTable *set =
      g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

  for (int i = 0; i < sk_GENERAL_NAME_num(list); i++) {
    guint8 *der = NULL;
    int length = i2d_GENERAL_NAME(sk_GENERAL_NAME_value(list, i), &der);

    if (length > 0)
      g_hash_table_add(set, g_bytes_new(der, (gsize)length));
    OPENSSL_free(der);
  }
  return set;
}

gboolean
bh_subject_names_equal(const GENERAL_NAMES *a, const GENERAL_NAMES *b)
{
  g_autoptr(GHashTable) set_a = to_set(a);
  g_autoptr(GHashTable) set_b = to_set(b);
  GHashTableIter iter;
  gpointer key;

  if (g_hash_table_size(set_a) != g_hash_table_size(set_b))
    return FALSE;
  g_hash_table_iter_init(&iter, set_a);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    if (!g_hash_table_contains(set_b, key))
      return FALSE;
  return TRUE;
}
