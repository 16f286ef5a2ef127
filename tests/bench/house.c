/* SPDX-License-Identifier: Apache-2.0 */
#include "house.h"

#include <glib/gstdio.h>
#include <string.h>

#include "access-schema.h"
#include "base64url.h"
#include "device-book.h"
#include "digest.h"
#include "exchange-key.h"
#include "figures.h"
#include "id.h"
#include "transcript.h"
#include "wire.h"

BenchHouse *
bench_house_new(guint n_devices)
{
  BenchHouse *house = g_new0(BenchHouse, 1);

  house->hub_key = bh_sign_key_new();
  house->devices = g_ptr_array_new_with_free_func((GDestroyNotify)bh_device_unref);
  house->keys = g_ptr_array_new_with_free_func((GDestroyNotify)bh_sign_key_unref);
  house->folder = g_dir_make_tmp("bench-house-XXXXXX", NULL);
  for (guint i = 0; i < n_devices; i++) {
    BhSignKey *key = bh_sign_key_new();

    g_ptr_array_add(house->keys, key);
    g_ptr_array_add(house->devices,
                    bh_device_new(bh_sign_key_get_public(key), BH_ROLE_STAFF, "Bench",
                                  BH_DEVICE_KIND_TOKEN, NULL, g_get_real_time() / 1000));
  }
  return house;
}

void
bench_house_free(BenchHouse *house)
{
  GDir *folder = g_dir_open(house->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
    g_autofree char *path = g_build_filename(house->folder, name, NULL);

    g_remove(path);
  }
  g_clear_pointer(&folder, g_dir_close);
  g_rmdir(house->folder);
  g_free(house->folder);
  g_ptr_array_unref(house->devices);
  g_ptr_array_unref(house->keys);
  bh_sign_key_unref(house->hub_key);
  g_free(house);
}

const BhGate *
bench_house_open_gate(BenchHouse *house)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhStore) store =
      bh_store_open(house->folder, bh_access_migrations, bh_access_n_migrations, &error);

  if (store == NULL)
    bench_die("%s", error->message);
  house->gate = (BhGate){.hub_key = house->hub_key, .devices = bh_device_book_new(store)};
  for (guint i = 0; i < house->devices->len; i++)
    bh_device_book_take_committed(house->gate.devices, bh_device_ref(house->devices->pdata[i]));
  return &house->gate;
}

/* --- the device's side of a join --- */

/* What one join is about. */
typedef struct {
  const char *tenant_id, *device_id, *peer_id;
  guint8 nonces[64]; /* the client's, the server's */
  const guint8 *key;
  guint8 server_key[BH_EXCHANGE_KEY_BYTES];
} Facts;

static void
fill(BhTranscript *out, const char *label, const Facts *facts)
{
  bh_transcript_init(out, label);
  bh_transcript_add_text(out, facts->tenant_id);
  bh_transcript_add_text(out, facts->device_id);
  bh_transcript_add_text(out, facts->peer_id);
  bh_transcript_add_bytes(out, facts->nonces, 32);
  bh_transcript_add_bytes(out, facts->nonces + 32, 32);
  bh_transcript_add_bytes(out, facts->key, BH_EXCHANGE_KEY_BYTES);
  bh_transcript_add_bytes(out, facts->server_key, BH_EXCHANGE_KEY_BYTES);
}

static void
check_server(const BenchHouse *house, const Facts *facts, const json_t *challenge)
{
  g_auto(BhTranscript) said = {NULL};
  guint8 proof[BH_SIGN_SIGNATURE_BYTES];

  fill(&said, "bellhop server proof v1", facts);
  if (!bh_base64url_decode_exact(json_string_value(json_object_get(challenge, "serverProof")),
                                 proof, sizeof proof) ||
      !bh_sign_key_verify(bh_sign_key_get_public(house->hub_key), said.bytes->data, said.bytes->len,
                          proof))
    bench_die("the server does not prove itself");
}

static char *
make_proof(const BenchHouse *house, BhSignKey *key, const Facts *facts)
{
  g_auto(BhTranscript) said = {NULL};
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_autofree char *text = NULL;

  fill(&said, "bellhop device proof v1", facts);
  bh_transcript_add_bytes(&said, bh_sign_key_get_public(house->hub_key), BH_SIGN_KEY_BYTES);
  bh_sign_key_sign(key, said.bytes->data, said.bytes->len, signature);
  text = bh_base64url_encode(signature, sizeof signature);
  return g_strdup_printf("{\"type\":\"proof\",\"proof\":\"%s\"}", text);
}

static BhFrameSeal *
make_seal(BhExchangeKey *exchange, const Facts *facts)
{
  g_auto(BhTranscript) info = {NULL};
  guint8 shared[BH_EXCHANGE_KEY_BYTES], keys[2 * BH_FRAME_SEAL_KEY_BYTES];

  if (!bh_exchange_key_derive(exchange, facts->server_key, shared))
    bench_die("the server's key is none");
  bh_transcript_init(&info, "bellhop seal v1");
  bh_transcript_add_text(&info, facts->tenant_id);
  bh_transcript_add_text(&info, facts->device_id);
  bh_transcript_add_text(&info, facts->peer_id);
  bh_digest_hkdf(shared, sizeof shared, facts->nonces, sizeof facts->nonces, info.bytes->data,
                 info.bytes->len, keys, sizeof keys);
  return bh_frame_seal_new(keys, keys + BH_FRAME_SEAL_KEY_BYTES);
}

static json_t *
ask(int fd, const Facts *facts)
{
  g_autofree char *nonce = bh_base64url_encode(facts->nonces, 32);
  g_autofree char *key = bh_base64url_encode(facts->key, BH_EXCHANGE_KEY_BYTES);
  g_autofree char *join = g_strdup_printf(
      "{\"type\":\"join\",\"tenantId\":\"%s\",\"deviceId\":\"%s\",\"peerId\":\"%s\","
      "\"nonce\":\"%s\",\"key\":\"%s\"}",
      facts->tenant_id, facts->device_id, facts->peer_id, nonce, key);
  g_autofree char *answer = NULL;
  json_t *challenge;

  wire_send_text(fd, join, strlen(join));
  answer = wire_receive_text(fd);
  challenge = bh_json_parse(answer, strlen(answer), NULL);
  if (g_strcmp0(json_string_value(json_object_get(challenge, "type")), "challenge") != 0)
    bench_die("no challenge, but %s", answer);
  return challenge;
}

BhFrameSeal *
bench_house_join(BenchHouse *house, guint n, int fd, const char *tenant_id, const char *peer_id)
{
  const BhDevice *device = house->devices->pdata[n];
  g_autoptr(BhExchangeKey) exchange = bh_exchange_key_new();
  Facts facts = {.tenant_id = tenant_id,
                 .device_id = device->device_id,
                 .peer_id = peer_id,
                 .key = bh_exchange_key_get_public(exchange)};
  g_autoptr(json_t) challenge = NULL;
  g_autoptr(BhFrameSeal) seal = NULL;
  g_autoptr(GBytes) joined = NULL;
  g_autofree char *proof = NULL;
  g_autofree char *answer = NULL;

  bh_id_random(facts.nonces, 32);
  challenge = ask(fd, &facts);
  if (!bh_base64url_decode_exact(json_string_value(json_object_get(challenge, "nonce")),
                                 facts.nonces + 32, 32) ||
      !bh_base64url_decode_exact(json_string_value(json_object_get(challenge, "key")),
                                 facts.server_key, sizeof facts.server_key))
    bench_die("the challenge cannot be understood");
  check_server(house, &facts, challenge);
  proof = make_proof(house, house->keys->pdata[n], &facts);
  wire_send_text(fd, proof, strlen(proof));
  seal = make_seal(exchange, &facts);
  answer = wire_receive_text(fd);
  joined = bh_frame_seal_open(seal, answer, strlen(answer));
  if (joined == NULL || strstr(g_bytes_get_data(joined, NULL), "\"type\":\"joined\"") == NULL)
    bench_die("not joined: %s", answer);
  return g_steal_pointer(&seal);
}
