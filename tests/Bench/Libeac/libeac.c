/* What the bench compares with: libeac (OpenPACE) on OpenSSL, both sides in this process on one core.
 * One line in, one line out: "pace N" and "sm N" do it N times and answer with the nanoseconds of processor time that
 * each took, on average.
 * Contexts are made outside the measured time: a run of PACE in a library that keeps them costs this and no less. */
#include <eac/eac.h>
#include <eac/pace.h>
#include <openssl/buffer.h>
#include <openssl/objects.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BRAINPOOL_P256R1 13
#define MESSAGE_LENGTH 256

static void demand(int kept, const char *what)
{
    if (kept) return;
    fprintf(stderr, "libeac: %s failed\n", what);
    exit(1);
}

static EAC_CTX *new_side(void)
{
    EAC_CTX *side = EAC_CTX_new();
    demand(side && EAC_CTX_init_pace(side, NID_id_PACE_ECDH_GM_AES_CBC_CMAC_128, BRAINPOOL_P256R1), "context");
    return side;
}

static void pace(EAC_CTX *card, EAC_CTX *reader, PACE_SEC *pin)
{
    BUF_MEM *nonce = PACE_STEP1_enc_nonce(card, pin);
    demand(nonce && PACE_STEP2_dec_nonce(reader, pin, nonce), "nonce");
    BUF_MEM *reader_map = PACE_STEP3A_generate_mapping_data(reader);
    BUF_MEM *card_map = PACE_STEP3A_generate_mapping_data(card);
    demand(reader_map && card_map && PACE_STEP3A_map_generator(reader, card_map)
        && PACE_STEP3A_map_generator(card, reader_map), "mapping");
    BUF_MEM *reader_key = PACE_STEP3B_generate_ephemeral_key(reader);
    BUF_MEM *card_key = PACE_STEP3B_generate_ephemeral_key(card);
    demand(reader_key && card_key && PACE_STEP3B_compute_shared_secret(reader, card_key)
        && PACE_STEP3B_compute_shared_secret(card, reader_key), "agreement");
    demand(PACE_STEP3C_derive_keys(reader) && PACE_STEP3C_derive_keys(card), "keys");
    BUF_MEM *reader_token = PACE_STEP3D_compute_authentication_token(reader, card_key);
    BUF_MEM *card_token = PACE_STEP3D_compute_authentication_token(card, reader_key);
    demand(PACE_STEP3D_verify_authentication_token(reader, card_token) == 1
        && PACE_STEP3D_verify_authentication_token(card, reader_token) == 1, "tokens");
    BUF_MEM *made[] = { nonce, reader_map, card_map, reader_key, card_key, reader_token, card_token };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) BUF_MEM_free(made[i]);
}

static void protect(EAC_CTX *card, const BUF_MEM *message)
{
    demand(EAC_increment_ssc(card), "counter");
    BUF_MEM *padded = EAC_add_iso_pad(card, message);
    BUF_MEM *encrypted = padded ? EAC_encrypt(card, padded) : NULL;
    BUF_MEM *mac = encrypted ? EAC_authenticate(card, encrypted) : NULL;
    demand(mac != NULL, "secure messaging");
    BUF_MEM_free(padded);
    BUF_MEM_free(encrypted);
    BUF_MEM_free(mac);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(void)
{
    char what[16];
    int times;
    EAC_init();
    EAC_CTX *card = new_side(), *reader = new_side();
    PACE_SEC *pin = PACE_SEC_new("123456", 6, PACE_PIN);
    BUF_MEM *message = BUF_MEM_new();
    demand(pin && message && BUF_MEM_grow(message, MESSAGE_LENGTH), "memory");
    memset(message->data, 'm', MESSAGE_LENGTH);
    pace(card, reader, pin);
    demand(EAC_CTX_set_encryption_ctx(card, EAC_ID_PACE), "channel");
    while (scanf("%15s %d", what, &times) == 2) {
        double start = now();
        for (int i = 0; i < times; i++) {
            if (strcmp(what, "pace") == 0) pace(card, reader, pin);
            else protect(card, message);
        }
        printf("%.0f\n", (now() - start) / times);
        fflush(stdout);
    }
    return 0;
}
