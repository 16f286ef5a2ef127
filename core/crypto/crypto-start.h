/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto-start: how OpenSSL is to behave in this process.
 */
#pragma once

/**
 * bh_crypto_start: before anything else of this room; may be called again.
 *
 * By default OpenSSL takes itself apart at exit(), also under the hands of a worker that still
 * signs (OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT). Nobody waits for workers at the end, so
 * it stays whole until the process is gone.
 */
void bh_crypto_start(void);
