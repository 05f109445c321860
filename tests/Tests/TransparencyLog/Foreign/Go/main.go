// A judge that shares no code with Musubi: golang.org/x/mod/sumdb/note and tlog, which Go checks its modules with.
//
//	judge open VKEY FILE           opens a note, prints the names of the keys whose signatures hold, then the text
//	judge sign NAME FILE           makes a key, signs the file's text, prints the public key, then the note
//	judge log VKEY FOLDER [OLD…]   reads a published tlog-tiles log: every entry, and that each old size begins it
//	judge proofs VKEY FOLDER FILE  compares proofs of a file ("inclusion N SIZE HASH…", "consistency OLD SIZE HASH…")
//	                               with its own, made from the published tiles
package main

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	args := os.Args[1:]
	var err error
	switch {
	case len(args) == 3 && args[0] == "open":
		err = open(args[1], args[2])
	case len(args) == 3 && args[0] == "sign":
		err = sign(args[1], args[2])
	case len(args) >= 3 && args[0] == "log":
		err = log(args[1], args[2], args[3:])
	case len(args) == 4 && args[0] == "proofs":
		err = proofs(args[1], args[2], args[3])
	default:
		err = fmt.Errorf("open, sign, log or proofs")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func open(vkey, file string) error {
	opened, err := read(vkey, file)
	if err != nil {
		return err
	}
	for _, signature := range opened.Sigs {
		fmt.Println(signature.Name)
	}
	fmt.Println()
	fmt.Print(opened.Text)
	return nil
}

func sign(name, file string) error {
	skey, vkey, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n%s", vkey, signed)
	return nil
}

// log re-hashes every entry from its bundle and checks its own proof of it, made from tiles that TileHashReader has
// itself checked against the signed root.
func log(vkey, folder string, old []string) error {
	tree, hashes, err := tiles(vkey, folder)
	if err != nil {
		return err
	}
	for first := int64(0); first < tree.N; first += 1 << height {
		entries, err := bundle(folder, first>>height, width(tree.N, first))
		if err != nil {
			return err
		}
		for i, entry := range entries {
			index := first + int64(i)
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err != nil {
				return fmt.Errorf("entry %d: %v", index, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
				return fmt.Errorf("entry %d: %v", index, err)
			}
		}
	}
	for _, text := range old {
		size, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		root, err := tlog.TreeHash(size, hashes)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(tree.N, size, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, root); err != nil {
			return err
		}
	}
	fmt.Printf("%d entries, %d older sizes\n", tree.N, len(old))
	return nil
}

func proofs(vkey, folder, file string) error {
	_, hashes, err := tiles(vkey, folder)
	if err != nil {
		return err
	}
	opened, err := os.Open(file)
	if err != nil {
		return err
	}
	defer opened.Close()
	lines, count := bufio.NewScanner(opened), 0
	for ; lines.Scan(); count++ {
		words := strings.Fields(lines.Text())
		from, _ := strconv.ParseInt(words[1], 10, 64)
		size, _ := strconv.ParseInt(words[2], 10, 64)
		var own []tlog.Hash
		if words[0] == "inclusion" {
			own, err = tlog.ProveRecord(size, from, hashes)
		} else {
			own, err = tlog.ProveTree(size, from, hashes)
		}
		if err != nil {
			return err
		}
		if len(own) != len(words)-3 {
			return fmt.Errorf("%s: %d hashes, not %d", lines.Text(), len(words)-3, len(own))
		}
		for i, hash := range own {
			if hash.String() != words[3+i] {
				return fmt.Errorf("%s: hash %d is %s", lines.Text(), i, hash)
			}
		}
	}
	fmt.Printf("%d proofs\n", count)
	return lines.Err()
}

func read(vkey, file string) (*note.Note, error) {
	bytes, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	return note.Open(bytes, note.VerifierList(verifier))
}

func tiles(vkey, folder string) (tlog.Tree, tlog.HashReader, error) {
	opened, err := read(vkey, filepath.Join(folder, "checkpoint"))
	if err != nil {
		return tlog.Tree{}, nil, err
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, nil, err
	}
	root, err := tlog.ParseHash(lines[2])
	tree := tlog.Tree{N: size, Hash: root}
	return tree, tlog.TileHashReader(tree, &published{folder, map[string][]byte{}}), err
}

// published reads tiles where C2SP tlog-tiles puts them; sumdb has the height in the path besides.
type published struct {
	folder string
	known  map[string][]byte
}

func (p *published) Height() int { return height }

func (p *published) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(wanted))
	for i, tile := range wanted {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		if p.known[path] == nil {
			bytes, err := os.ReadFile(filepath.Join(p.folder, path))
			if err != nil {
				return nil, err
			}
			p.known[path] = bytes
		}
		all[i] = p.known[path]
	}
	return all, nil
}

func (p *published) SaveTiles([]tlog.Tile, [][]byte) {}

func width(size, first int64) int {
	if size-first < 1<<height {
		return int(size - first)
	}
	return 1 << height
}

func bundle(folder string, n int64, w int) ([][]byte, error) {
	path := tlog.Tile{H: height, L: 0, N: n, W: w}.Path()
	path = strings.Replace(path, fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
	bytes, err := os.ReadFile(filepath.Join(folder, path))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(bytes) > 0 {
		length := int(binary.BigEndian.Uint16(bytes))
		entries, bytes = append(entries, bytes[2:2+length]), bytes[2+length:]
	}
	if len(entries) != w {
		return nil, fmt.Errorf("%s: %d entries, not %d", path, len(entries), w)
	}
	return entries, nil
}
