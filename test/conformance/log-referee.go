// Somebody else's implementation judges our log: golang.org/x/mod (sumdb/note and sumdb/tlog), as Debian ships it.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o referee log-referee.go
//	referee proofs < claims.jsonl          one verdict (true or false) a line
//	referee log URL VKEY COUNT             reads COUNT checkpoints as they are published, with all tiles and entries
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
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
	default:
		err = fmt.Errorf("usage: referee proofs | referee log URL VKEY COUNT")
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
	deadline := time.Now().Add(90 * time.Second)
	var last tlog.Tree
	for seen := 0; seen < count; {
		if time.Now().After(deadline) {
			return fmt.Errorf("only %d checkpoints were published", seen)
		}
		signed, err := get(url+"/checkpoint", "text/plain; charset=utf-8")
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
		if err := judgeTree(url, last, tree); err != nil {
			return fmt.Errorf("size %d: %v", tree.N, err)
		}
		last = tree
		seen++
	}
	fmt.Printf("%d checkpoints, %d entries\n", count, last.N)
	return nil
}

// Every hash of the tree is read from its tiles, which x/mod checks against the root; every entry is hashed and proven.
func judgeTree(url string, last, tree tlog.Tree) error {
	reader := tlog.TileHashReader(tree, &tiles{url: url, size: tree.N})
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
		if err := judgeBundle(url, tree, reader, start, width); err != nil {
			return err
		}
	}
	return nil
}

func judgeBundle(url string, tree tlog.Tree, reader tlog.HashReader, start, width int64) error {
	bundle, err := get(url+"/tile/entries/"+number(start/256, width), "application/octet-stream")
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
	url  string
	size int64
}

func (t *tiles) Height() int { return 8 }

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := fmt.Sprintf("%s/tile/%d/%s", t.url, tile.L, number(tile.N, int64(tile.W)))
		data, err := get(path, "application/octet-stream")
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
