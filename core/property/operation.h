/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOperation: one signed entry of a log (protocol section 4): who wrote it, in which role and
 * when, which entity it concerns, and its body.
 *
 * What is signed, stored and forwarded is one byte string, its `text`; the fields are read from it
 * once. Immutable and reference-counted (atomically), so that a worker may verify what the main
 * context goes on using. Nobody changes `body`.
 *
 * A *stub* stands for an operation whose words were erased: its identity, entity and author, and
 * the *record* that it still adds: the paths and stamps that it gave, without values. All replicas
 * make the same stub of the same operation, to the byte (redaction.h).
 */
#pragma once

#include "json-text.h"
#include "role.h"

#define BH_OPERATION_MAX_BYTES 16384 /* of the text */
#define BH_OPERATION_SIG_BYTES 64
#define BH_OPERATION_KEY_BYTES 32
/* Longest log id: `p.` and 22 characters of base64url. */
#define BH_OPERATION_LOG_ID_BYTES 24
/* What a JavaScript number holds exactly. */
#define BH_OPERATION_MAX_SEQ G_GINT64_CONSTANT(9007199254740991)
/* The year 10000. */
#define BH_OPERATION_MAX_MS      G_GINT64_CONSTANT(253402300800000)
#define BH_OPERATION_MAX_COUNTER G_MAXINT32

#define BH_OPERATION_ERROR (bh_operation_error_quark())

/* record.h, which needs this one. */
typedef struct _BhRecord BhRecord;

typedef enum {
  BH_OPERATION_ERROR_BAD,    /* on the wire `bad-operation`: it is none, or not canonical */
  BH_OPERATION_ERROR_TENANT, /* on the wire `wrong-tenant`: a good one, of another property */
} BhOperationError;

GQuark bh_operation_error_quark(void);

typedef struct _BhOperation BhOperation;

struct _BhOperation {
  gatomicrefcount refs;
  char *log_id;
  gint64 seq; /* from 1 */
  char *device_id;
  BhRole role;   /* under which it was written: no guest */
  gint64 hlc_ms; /* 0 of a stub, as hlc_counter */
  guint32 hlc_counter;
  char *kind;   /* perhaps none that we know; "" of a stub */
  char *entity; /* `type/id` */
  json_t *body; /* an object; null of a stub */
  char *text;   /* NUL-terminated; of a stub what it is on the wire */
  gsize length; /* of text, in bytes */
  guint8 sig[BH_OPERATION_SIG_BYTES];
  gboolean is_private;  /* its log is for the author, the hub and the cloud only */
  gboolean is_redacted; /* it is a stub */
  BhRecord *record;     /* of a stub; %NULL of others; nobody changes it */
};

/* What a new operation is made of; all borrowed. */
typedef struct {
  const char *log_id;
  gint64 seq;
  const char *device_id;
  BhRole role;
  gint64 hlc_ms;
  guint32 hlc_counter;
  const char *tenant_id;
  const char *kind;
  const char *entity;
  json_t *body;
} BhOperationDraft;

/*
 * How signatures are made and checked: an interface, so that a simulation of thousands of
 * operations need not do Ed25519. @key is what the implementation takes for one.
 */
typedef struct {
  void (*sign)(gpointer key, const guint8 *bytes, gsize length, guint8 *sig64);
  gboolean (*verify)(const guint8 *public_key, const guint8 *bytes, gsize length,
                     const guint8 *sig64);
} BhOperationSigning;

/** bh_operation_signing_ed25519: the real one; its keys are BhSignKey. */
extern const BhOperationSigning bh_operation_signing_ed25519;

/**
 * bh_operation_parse:
 * @text: (array length=length): foreign, need not end with NUL
 * @sig: of BH_OPERATION_SIG_BYTES; copied, not verified
 * @tenant_id: (nullable): the property that it must be of; %NULL: any
 *
 * Accepts canonical text only (operation-text.h) with just the members of an operation. Whether
 * its kind is known and its body fits is for bh_kind_table_judge().
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set (BH_OPERATION_ERROR)
 */
BhOperation *bh_operation_parse(const char *text, gsize length, const guint8 *sig,
                                const char *tenant_id, GError **error);

/**
 * bh_operation_new:
 * @key: (nullable): as @signing wants it
 *
 * Writes the text and signs it.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set (BH_OPERATION_ERROR_BAD):
 *   the draft makes no canonical text, or one that is too long
 */
BhOperation *bh_operation_new(const BhOperationDraft *draft, const BhOperationSigning *signing,
                              gpointer key, GError **error);

/**
 * bh_operation_new_redacted:
 * @log_id: a log id
 * @entity: `type/id`
 * @role: under which @device_id wrote it: no guest
 * @record: (nullable): what it added; entries with another stamp or with a value are left out
 *
 * Returns: (transfer full): a stub
 */
BhOperation *bh_operation_new_redacted(const char *log_id, gint64 seq, const char *entity,
                                       const char *device_id, BhRole role, const BhRecord *record);

/**
 * bh_operation_from_wire:
 * @message: (nullable): foreign: `{text, sig}`, or of a stub `{redacted: [logId, seq], entity,
 *   deviceId, role, record}`
 * @tenant_id: (nullable): as for bh_operation_parse()
 *
 * Whether a stub may be taken from whom it came is for the caller to know.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set (BH_OPERATION_ERROR)
 */
BhOperation *bh_operation_from_wire(const json_t *message, const char *tenant_id, GError **error);

/** bh_operation_to_wire: Returns: (transfer full): as bh_operation_from_wire() takes it */
json_t *bh_operation_to_wire(const BhOperation *op);

BhOperation *bh_operation_ref(BhOperation *op);
/** bh_operation_unref: @op: (nullable): */
void bh_operation_unref(BhOperation *op);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhOperation, bh_operation_unref)

/**
 * bh_operation_verify:
 * @public_key: of BH_OPERATION_KEY_BYTES: of the author, or of the hub where the role is `hub`
 *
 * From any thread. A stub has no signature: %FALSE.
 */
gboolean bh_operation_verify(const BhOperation *op, const BhOperationSigning *signing,
                             const guint8 *public_key);

/** bh_operation_equal: the same bytes and the same signature, or the same stub. */
gboolean bh_operation_equal(const BhOperation *a, const BhOperation *b);

/** bh_operation_is_log_id: @text: (nullable): foreign */
gboolean bh_operation_is_log_id(const char *text);

/** bh_operation_is_private_log: @log_id: a log id */
gboolean bh_operation_is_private_log(const char *log_id);

/**
 * bh_operation_new_log_id:
 * @device_id: whose it will be
 *
 * A log belongs to its device by its name: the first 8 characters (behind the `p.` of a private
 * one) are those of base64url(SHA-256(T("bellhop log v1"; deviceId))), the other 14 are random. So
 * nobody else can begin it or write into it, also where nothing of it is known yet.
 *
 * Returns: (transfer full): one that nobody had before
 */
char *bh_operation_new_log_id(const char *device_id, gboolean is_private);

/**
 * bh_operation_is_log_of:
 * @log_id: a log id
 *
 * Whether @device_id may write into it. Not looked at where a text is parsed: whoever takes an
 * operation in asks, whomever it came from.
 */
gboolean bh_operation_is_log_of(const char *log_id, const char *device_id);

/** bh_operation_dup_name: Returns: (transfer full): `<logId>:<seq>` */
char *bh_operation_dup_name(const BhOperation *op);
