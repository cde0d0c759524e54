// Somebody else's implementation judges our log: golang.org/x/mod (sumdb/note and sumdb/tlog), as Debian ships it.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o referee log-referee.go
//	referee proofs < claims.jsonl          one verdict (true or false) a line
//	referee log URL VKEY COUNT             reads COUNT checkpoints as they are published, with all tiles and entries
//	referee mutants URL VKEY COUNT SEED    reads the log once, then COUNT copies with one bit changed: none may pass
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "proofs":
		err = judgeProofs(os.Stdin, os.Stdout)
	case len(os.Args) == 5 && os.Args[1] == "log":
		err = judgeLog(os.Args[2], os.Args[3], os.Args[4])
	case len(os.Args) == 6 && os.Args[1] == "mutants":
		err = judgeMutants(os.Args[2], os.Args[3], os.Args[4], os.Args[5])
	default:
		err = fmt.Errorf("usage: referee proofs | referee log URL VKEY COUNT | referee mutants URL VKEY COUNT SEED")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A claim of ours. Hashes are base64; First is 0 for an inclusion.
type claim struct {
	Kind      string
	Index     int64
	Size      int64
	First     int64
	Leaf      string
	Root      string
	FirstRoot string
	Proof     []string
	Note      string
	Vkey      string
}

func judgeProofs(in io.Reader, out io.Writer) error {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, 1<<20)
	writer := bufio.NewWriter(out)
	for scanner.Scan() {
		var one claim
		if err := json.Unmarshal(scanner.Bytes(), &one); err != nil {
			return err
		}
		fmt.Fprintln(writer, holds(one) == nil)
	}
	if err := scanner.Err(); err != nil {
		return err
	}
	return writer.Flush()
}

func holds(one claim) error {
	if one.Kind == "note" {
		_, err := openCheckpoint([]byte(one.Note), one.Vkey)
		return err
	}
	proof := make([]tlog.Hash, len(one.Proof))
	for i, text := range one.Proof {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return err
		}
		proof[i] = hash
	}
	root, err := tlog.ParseHash(one.Root)
	if err != nil {
		return err
	}
	if one.Kind == "inclusion" {
		leaf, err := tlog.ParseHash(one.Leaf)
		if err != nil {
			return err
		}
		return tlog.CheckRecord(proof, one.Size, root, one.Index, leaf)
	}
	first, err := tlog.ParseHash(one.FirstRoot)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, one.Size, root, one.First, first)
}

func openCheckpoint(signed []byte, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(hash) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("not a root hash")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], hash)
	return tree, nil
}

func judgeLog(url, vkey, countText string) error {
	count, err := strconv.Atoi(countText)
	if err != nil {
		return err
	}
	served := over(url)
	deadline := time.Now().Add(5 * time.Minute) // a busy machine is slow, not wrong
	var last tlog.Tree
	for seen := 0; seen < count; {
		if time.Now().After(deadline) {
			return fmt.Errorf("only %d checkpoints were published", seen)
		}
		signed, err := served("checkpoint", "text/plain; charset=utf-8")
		if err != nil {
			return err
		}
		tree, err := openCheckpoint(signed, vkey)
		if err != nil {
			return err
		}
		if tree.N == last.N {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		if tree.N%64 != 0 {
			return fmt.Errorf("size %d is not a whole number of blocks", tree.N)
		}
		if err := judgeTree(served, last, tree, true); err != nil {
			return fmt.Errorf("size %d: %v", tree.N, err)
		}
		last = tree
		seen++
	}
	fmt.Printf("%d checkpoints, %d entries\n", count, last.N)
	return nil
}

// Every hash of the tree is read from its tiles, which x/mod checks against the root; every entry is hashed, and proven or
// compared with its hash.
func judgeTree(served source, last, tree tlog.Tree, proving bool) error {
	reader := tlog.TileHashReader(tree, &tiles{served: served})
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the tiles give another root")
	}
	if last.N > 0 {
		proof, err := tlog.ProveTree(tree.N, last.N, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, last.N, last.Hash); err != nil {
			return err
		}
	}
	for start := last.N / 256 * 256; start < tree.N; start += 256 {
		width := tree.N - start
		if width > 256 {
			width = 256
		}
		if err := judgeBundle(served, tree, reader, start, width, proving); err != nil {
			return err
		}
	}
	return nil
}

func judgeBundle(served source, tree tlog.Tree, reader tlog.HashReader, start, width int64, proving bool) error {
	bundle, err := served("tile/entries/"+number(start/256, width), "application/octet-stream")
	if err != nil {
		return err
	}
	indexes := make([]int64, width)
	for at := range indexes {
		indexes[at] = tlog.StoredHashIndex(0, start+int64(at))
	}
	hashes, err := reader.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for at := int64(0); at < width; at++ {
		if len(bundle) < 2 {
			return fmt.Errorf("entry %d is missing", start+at)
		}
		size := int(bundle[0])<<8 | int(bundle[1])
		if len(bundle) < 2+size {
			return fmt.Errorf("entry %d is cut", start+at)
		}
		entry := bundle[2 : 2+size]
		bundle = bundle[2+size:]
		if !proving {
			if hashes[at] != tlog.RecordHash(entry) {
				return fmt.Errorf("entry %d is another one", start+at)
			}
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, start+at, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, start+at, tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %v", start+at, err)
		}
	}
	if len(bundle) != 0 {
		return fmt.Errorf("the bundle from %d on is too long", start)
	}
	return nil
}

// Tiles as c2sp.org/tlog-tiles serves them; x/mod knows the older layout, so the paths are made here.
type tiles struct {
	served source
}

func (t *tiles) Height() int { return 8 }

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := fmt.Sprintf("tile/%d/%s", tile.L, number(tile.N, int64(tile.W)))
		data, err := t.served(path, "application/octet-stream")
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func number(n, width int64) string {
	text := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		text = fmt.Sprintf("x%03d/%s", n%1000, text)
	}
	if width < 256 {
		text += fmt.Sprintf(".p/%d", width)
	}
	return text
}

// Where resources come from: a path below the log's prefix, and the content type that it must have.
type source func(path, contentType string) ([]byte, error)

// Tiles never change, so each is asked for once, as a polite client does.
func over(url string) source {
	kept := map[string][]byte{}
	return func(path, contentType string) ([]byte, error) {
		if data, known := kept[path]; known {
			return data, nil
		}
		data, err := get(url+"/"+path, contentType)
		if err == nil && path != "checkpoint" {
			kept[path] = data
		}
		return data, err
	}
}

func judgeMutants(url, vkey, countText, seedText string) error {
	count, err := strconv.Atoi(countText)
	if err != nil {
		return err
	}
	seed, err := strconv.ParseInt(seedText, 10, 64)
	if err != nil {
		return err
	}
	served := over(url)
	kept := map[string][]byte{}
	var paths []string
	keep := func(path, contentType string) ([]byte, error) {
		if data, known := kept[path]; known {
			return data, nil
		}
		data, err := served(path, contentType)
		if err == nil {
			kept[path] = data
			paths = append(paths, path)
		}
		return data, err
	}
	if err := judgeWhole(keep, vkey); err != nil {
		return fmt.Errorf("unchanged: %v", err)
	}
	chance := rand.New(rand.NewSource(seed))
	for at := 0; at < count; at++ {
		// As often a small resource as a large one, or the checkpoint would hardly ever be the one.
		path := paths[chance.Intn(len(paths))]
		data := append([]byte(nil), kept[path]...)
		end := len(data)
		if path == "checkpoint" {
			// What the log signed. Lines of witnesses may be anything, and the last digit of base64 has bits that mean nothing.
			end = strings.Index(string(data), "\n\n")
		}
		place, bit := chance.Intn(end), uint(chance.Intn(8))
		data[place] ^= 1 << bit
		changed := func(wanted, contentType string) ([]byte, error) {
			if wanted == path {
				return data, nil
			}
			return keep(wanted, contentType)
		}
		if judgeWhole(changed, vkey) == nil {
			return fmt.Errorf("%s passes with bit %d of byte %d changed", path, bit, place)
		}
	}
	fmt.Printf("%d changes of %d resources, all refused\n", count, len(paths))
	return nil
}

func judgeWhole(served source, vkey string) error {
	signed, err := served("checkpoint", "text/plain; charset=utf-8")
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(signed, vkey)
	if err != nil {
		return err
	}
	return judgeTree(served, tlog.Tree{}, tree, false)
}

func get(url, contentType string) ([]byte, error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %s", url, answer.Status)
	}
	if answer.Header.Get("Content-Type") != contentType {
		return nil, fmt.Errorf("%s is %s", url, answer.Header.Get("Content-Type"))
	}
	return body, nil
}
