// Package feed tells readers what happens to documents while it happens. One
// [Hub] reads the history of the database for all who follow it; each
// [Follower] judges by its own rule what it may see of a change. It knows
// neither HTTP nor SQL.
package feed
