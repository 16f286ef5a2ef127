/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-house.h"

#include <glib/gstdio.h>
#include <string.h>

#include "access-schema.h"
#include "base64url.h"
#include "digest.h"
#include "id.h"
#include "transcript.h"

#define NOW_MS G_GINT64_CONSTANT(1764000000000)

FakeHouse *
fake_house_new(gboolean open)
{
  FakeHouse *house = g_new0(FakeHouse, 1);
  g_autoptr(GError) error = NULL;
  BhSignalingConfig config = {.tenant_id = "hotel",
                              .open = open,
                              .id = "server-1",
                              .name = "Sol",
                              .version = "1.2.3",
                              .gate = &house->gate};
  BhLimitSet limits;

  house->folder = g_dir_make_tmp("bellhop-house-XXXXXX", &error);
  g_assert_no_error(error);
  house->store = bh_store_open(house->folder, bh_access_migrations, bh_access_n_migrations, &error);
  g_assert_no_error(error);
  house->hub_key = bh_sign_key_new();
  house->gate.hub_key = house->hub_key;
  house->gate.devices = bh_device_book_new(house->store);
  house->outside = (BhRemote){.address = (char *)"203.0.113.7"};
  house->secure = (BhRemote){.address = (char *)"203.0.113.7", .secure = TRUE};
  bh_limit_set_init(&limits);
  house->server = bh_signaling_server_new(&config, &limits);
  return house;
}

void
fake_house_free(FakeHouse *house)
{
  g_autoptr(GDir) dir = g_dir_open(house->folder, 0, NULL);
  const char *name;

  g_assert_finalize_object(house->server);
  bh_device_book_close(house->gate.devices);
  bh_store_close(house->store);
  g_object_unref(house->gate.devices);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_object_unref(house->store);
  bh_sign_key_unref(house->hub_key);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(house->folder, name, NULL);

    g_remove(path);
  }
  g_rmdir(house->folder);
  g_free(house->folder);
  g_free(house);
}

static FakeDevice *
device_new(FakeHouse *house)
{
  FakeDevice *device = g_new0(FakeDevice, 1);

  device->house = house;
  device->key = bh_sign_key_new();
  return device;
}

FakeDevice *
fake_device_new(FakeHouse *house, BhRole role, const char *name)
{
  FakeDevice *device = device_new(house);
  BhDevice *record = bh_device_new(bh_sign_key_get_public(device->key), role, name,
                                   BH_DEVICE_KIND_LINK, NULL, NOW_MS);

  device->device_id = g_strdup(record->device_id);
  bh_device_book_take_committed(house->gate.devices, record);
  return device;
}

FakeDevice *
fake_device_new_stranger(FakeHouse *house)
{
  FakeDevice *device = device_new(house);

  device->device_id = bh_id_new(NOW_MS);
  return device;
}

/* Forgets one join. */
static void
reset(FakeDevice *device)
{
  g_clear_pointer(&device->exchange, bh_exchange_key_free);
  g_clear_pointer(&device->challenge, json_decref);
  g_clear_pointer(&device->peer_id, g_free);
  g_clear_pointer(&device->seal, bh_frame_seal_free);
}

void
fake_device_free(FakeDevice *device)
{
  if (device->client != NULL)
    fake_client_end(device->client);
  reset(device);
  bh_sign_key_unref(device->key);
  g_free(device->device_id);
  g_free(device);
}

void
fake_device_connect(FakeDevice *device, const BhRemote *remote)
{
  if (device->client != NULL)
    fake_client_end(device->client);
  reset(device);
  device->client = fake_client_new_from(device->house->server, remote);
}

void
fake_device_ask(FakeDevice *device, gboolean with_key, const char *more)
{
  g_autoptr(GString) join = g_string_new("{\"type\":\"join\"");
  g_autofree char *nonce = NULL;

  reset(device);
  bh_id_random(device->nonce, sizeof device->nonce);
  nonce = bh_base64url_encode(device->nonce, sizeof device->nonce);
  g_string_append_printf(join, ",\"deviceId\":\"%s\",\"nonce\":\"%s\"", device->device_id, nonce);
  if (with_key) {
    g_autofree char *key = NULL;

    device->exchange = bh_exchange_key_new();
    key = bh_base64url_encode(bh_exchange_key_get_public(device->exchange), BH_EXCHANGE_KEY_BYTES);
    g_string_append_printf(join, ",\"key\":\"%s\"", key);
  }
  if (more != NULL)
    g_string_append_printf(join, ",%s", more);
  g_string_append_c(join, '}');
  fake_client_say(device->client, join->str);
}

static gboolean
get_bytes(const json_t *object, const char *name, guint8 *out, gsize length)
{
  return bh_base64url_decode_exact(fake_get(object, name), out, length);
}

static void
begin(FakeDevice *device, BhTranscript *out, const char *label)
{
  guint8 nonce[32], key[BH_EXCHANGE_KEY_BYTES];
  gboolean has_key = device->exchange != NULL;

  g_assert_true(get_bytes(device->challenge, "nonce", nonce, sizeof nonce));
  g_assert_cmpint(get_bytes(device->challenge, "key", key, sizeof key), ==, has_key);
  bh_transcript_init(out, label);
  bh_transcript_add_text(out, "hotel");
  bh_transcript_add_text(out, device->device_id);
  bh_transcript_add_text(out, device->peer_id);
  bh_transcript_add_bytes(out, device->nonce, sizeof device->nonce);
  bh_transcript_add_bytes(out, nonce, sizeof nonce);
  bh_transcript_add_bytes(out, has_key ? bh_exchange_key_get_public(device->exchange) : NULL,
                          has_key ? BH_EXCHANGE_KEY_BYTES : 0);
  bh_transcript_add_bytes(out, key, has_key ? sizeof key : 0);
}

void
fake_device_take_challenge(FakeDevice *device)
{
  guint8 signature[BH_SIGN_SIGNATURE_BYTES], server_key[BH_SIGN_KEY_BYTES];
  const guint8 *pinned = bh_sign_key_get_public(device->house->hub_key);
  g_auto(BhTranscript) transcript = {NULL};

  device->challenge = fake_client_expect(device->client, "challenge");
  device->peer_id = g_strdup(fake_get(device->challenge, "peerId"));
  g_assert_true(get_bytes(device->challenge, "serverKey", server_key, sizeof server_key));
  g_assert_cmpmem(server_key, sizeof server_key, pinned, BH_SIGN_KEY_BYTES);
  g_assert_true(get_bytes(device->challenge, "serverProof", signature, sizeof signature));
  begin(device, &transcript, "bellhop server proof v1");
  g_assert_true(
      bh_sign_key_verify(pinned, transcript.bytes->data, transcript.bytes->len, signature));
}

char *
fake_device_sign(FakeDevice *device)
{
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_auto(BhTranscript) transcript = {NULL};

  begin(device, &transcript, "bellhop device proof v1");
  bh_transcript_add_bytes(&transcript, bh_sign_key_get_public(device->house->hub_key),
                          BH_SIGN_KEY_BYTES);
  bh_sign_key_sign(device->key, transcript.bytes->data, transcript.bytes->len, signature);
  return bh_base64url_encode(signature, sizeof signature);
}

void
fake_device_start_sealing(FakeDevice *device)
{
  guint8 salt[64], shared[BH_EXCHANGE_KEY_BYTES], server_key[BH_EXCHANGE_KEY_BYTES];
  guint8 keys[2 * BH_FRAME_SEAL_KEY_BYTES];
  g_auto(BhTranscript) info = {NULL};

  if (device->exchange == NULL)
    return;
  memcpy(salt, device->nonce, 32);
  g_assert_true(get_bytes(device->challenge, "nonce", salt + 32, 32));
  g_assert_true(get_bytes(device->challenge, "key", server_key, sizeof server_key));
  g_assert_true(bh_exchange_key_derive(device->exchange, server_key, shared));
  bh_transcript_init(&info, "bellhop seal v1");
  bh_transcript_add_text(&info, "hotel");
  bh_transcript_add_text(&info, device->device_id);
  bh_transcript_add_text(&info, device->peer_id);
  bh_digest_hkdf(shared, sizeof shared, salt, sizeof salt, info.bytes->data, info.bytes->len, keys,
                 sizeof keys);
  device->seal = bh_frame_seal_new(keys, keys + BH_FRAME_SEAL_KEY_BYTES);
}

void
fake_device_prove(FakeDevice *device)
{
  g_autofree char *proof = fake_device_sign(device);

  fake_client_say_format(device->client, "{\"type\":\"proof\",\"proof\":\"%s\"}", proof);
  fake_device_start_sealing(device);
}

json_t *
fake_device_take(FakeDevice *device)
{
  g_autoptr(json_t) frame = fake_client_take(device->client);
  g_autofree char *text = NULL;
  g_autoptr(GBytes) opened = NULL;
  gsize length;
  const char *inner;

  if (frame == NULL || device->seal == NULL)
    return g_steal_pointer(&frame);
  text = bh_json_to_text(frame);
  opened = bh_frame_seal_open(device->seal, text, strlen(text));
  g_assert_nonnull(opened);
  inner = g_bytes_get_data(opened, &length);
  return bh_json_parse(inner, length, NULL);
}

json_t *
fake_device_expect(FakeDevice *device, const char *type)
{
  json_t *value = fake_device_take(device);

  g_assert_nonnull(value);
  g_assert_cmpstr(fake_get(value, "type"), ==, type);
  return value;
}

void
fake_device_expect_error(FakeDevice *device, const char *code)
{
  g_autoptr(json_t) value = fake_device_expect(device, "error");

  g_assert_cmpstr(fake_get(value, "code"), ==, code);
  g_assert_nonnull(fake_get(value, "message"));
}

void
fake_device_say(FakeDevice *device, const char *text)
{
  g_autoptr(GBytes) frame = NULL;
  gsize length;
  const char *bytes;

  if (device->seal == NULL) {
    fake_client_say(device->client, text);
    return;
  }
  frame = bh_frame_seal_seal(device->seal, text, strlen(text));
  bytes = g_bytes_get_data(frame, &length);
  bh_signaling_session_receive(device->client->session, bytes, length);
}

json_t *
fake_device_join(FakeDevice *device, const char *more)
{
  fake_device_ask(device, TRUE, more);
  fake_device_take_challenge(device);
  fake_device_prove(device);
  return fake_device_expect(device, "joined");
}
